import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { correctPaid, type PayingLine } from './change-credit.ts'
import { correctLines, grossLeft, type LineLeft, spreadCorrection } from './correction.ts'
import type { CreditNote } from './credit-note.ts'
import type { Invoice } from './invoice.ts'
import { creditNoteIssued, invoiceEarned, type Posting } from './ledger.ts'
import { taxDocument } from './tax.ts'

const atRate = (rateBasisPoints: number) => ({
  components: [{ name: 'VAT', rateBasisPoints, compound: false, category: 'S' as const }],
  includedParts: rateBasisPoints * 10_000,
})

const line = (amountMinor: bigint, taxMinor: bigint, taxBasisPoints = 1_900): LineLeft => ({
  id: `inl_${amountMinor}_${taxMinor}`,
  amountMinor,
  taxMinor,
  taxBasisPoints,
})

test('a part of an amount that holds its tax is divided at the invoice’s own rate', () => {
  const cases: [lines: LineLeft[], gross: bigint, net: bigint[], tax: bigint[]][] = [
    // The whole takes every line as it was, whatever the rate would say.
    [[line(1_001n, 189n)], 1_190n, [1_001n], [189n]],
    [[line(1_000n, 190n)], 595n, [500n], [95n]],
    [[line(1_000n, 190n)], 1n, [1n], [0n]],
    [[line(1_000n, 190n)], 3n, [3n], [0n]],
    [[line(1_000n, 190n)], 4n, [3n], [1n]],
    [[line(1_000n, 190n), line(500n, 95n)], 900n, [504n, 252n], [96n, 48n]],
    [[line(1_000n, 190n), line(1_000n, 70n, 700)], 226n, [100n, 100n], [19n, 7n]],
    [[line(1_000n, 0n, 0)], 333n, [333n], [0n]],
    // What was given back on the invoice itself is taken back only with the whole.
    [[line(1_000n, 190n), line(-200n, -38n)], 952n, [1_000n, -200n], [190n, -38n]],
    [[line(1_000n, 190n), line(-200n, -38n)], 119n, [100n], [19n]],
    // Of yen there are no parts.
    [[line(909n, 91n, 1_000)], 500n, [455n], [45n]],
  ]
  for (const [lines, gross, net, tax] of cases) {
    const corrected = correctLines(lines, spreadCorrection(lines, gross))
    assert.deepEqual(
      [corrected.map((each) => each.amountMinor), corrected.map((each) => each.taxMinor)],
      [net, tax],
      `${gross} of ${lines.map((each) => each.amountMinor + each.taxMinor).join(' + ')}`,
    )
  }
})

test('corrections in any parts never take more of a line than is left, and together take exactly the invoice', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { minLength: 1, maxLength: 6 })
  const parts = fc.array(fc.bigInt({ min: 1n, max: 50_000n }), { maxLength: 8 })
  fc.assert(
    fc.property(
      amounts,
      fc.constantFrom(0, 700, 1_900, 2_500),
      fc.boolean(),
      parts,
      (prices, rate, included, wanted) => {
        const taxed = taxDocument(prices, atRate(rate), included)
        let left = prices.map((_, index): LineLeft => ({
          id: `inl_${index}`,
          amountMinor: taxed.net[index]!,
          taxMinor: taxed.tax[index]!,
          taxBasisPoints: rate,
        }))
        let taken = 0n
        for (const part of [...wanted, taxed.totalMinor]) {
          const rest = grossLeft(left)
          const gross = part < rest ? part : rest
          if (gross === 0n) break
          const corrected = new Map(correctLines(left, spreadCorrection(left, gross)).map((each) => [each.id, each]))
          let sum = 0n
          left = left.map((each) => {
            const { amountMinor = 0n, taxMinor = 0n } = corrected.get(each.id) ?? {}
            assert.ok(amountMinor >= 0n && amountMinor <= each.amountMinor, 'net')
            assert.ok(taxMinor >= 0n && taxMinor <= each.taxMinor, 'tax')
            sum += amountMinor + taxMinor
            return { ...each, amountMinor: each.amountMinor - amountMinor, taxMinor: each.taxMinor - taxMinor }
          })
          assert.equal(sum, gross)
          taken += gross
        }
        assert.equal(taken, taxed.totalMinor)
        assert.ok(left.every((each) => each.amountMinor === 0n && each.taxMinor === 0n))
      },
    ),
  )
})

test('P5: an invoice and the credit notes that take all of it back leave every account at nothing', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { minLength: 1, maxLength: 6 })
  const parts = fc.array(fc.bigInt({ min: 1n, max: 50_000n }), { maxLength: 4 })
  fc.assert(
    fc.property(
      amounts,
      fc.constantFrom(0, 700, 1_900, 2_500),
      fc.boolean(),
      parts,
      (prices, rate, included, wanted) => {
        const { net, tax, ...totals } = taxDocument(prices, atRate(rate), included)
        let left = net.map((amountMinor, index): LineLeft => ({
          id: `inl_${index}`,
          amountMinor,
          taxMinor: tax[index]!,
          taxBasisPoints: rate,
        }))
        const of = { id: 'inv_1', customerId: 'cus_1', currency: 'EUR' }
        const sums = new Map<string, bigint>()
        const add = ({ entries }: Posting): void => {
          for (const [account, minor] of Object.entries(entries)) sums.set(account, (sums.get(account) ?? 0n) + minor)
        }
        add(invoiceEarned({ ...of, ...totals } as unknown as Invoice))
        for (const part of [...wanted, totals.totalMinor]) {
          const rest = grossLeft(left)
          const corrected = correctLines(left, spreadCorrection(left, part < rest ? part : rest))
          const subtotalMinor = corrected.reduce((sum, each) => sum + each.amountMinor, 0n)
          const taxMinor = corrected.reduce((sum, each) => sum + each.taxMinor, 0n)
          add(creditNoteIssued({ ...of, subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor } as CreditNote))
          const taken = new Map(corrected.map((each) => [each.id, each]))
          left = left.map((each) => ({
            ...each,
            amountMinor: each.amountMinor - (taken.get(each.id)?.amountMinor ?? 0n),
            taxMinor: each.taxMinor - (taken.get(each.id)?.taxMinor ?? 0n),
          }))
        }
        assert.deepEqual(
          [...sums.values()].filter((sum) => sum !== 0n),
          [],
        )
      },
    ),
  )
})

test('what was charged without tax is given back rounded once, however many lines it is divided among', () => {
  const lineOf = (id: string, netMinor: bigint): PayingLine => ({
    invoiceId: 'inv_1',
    id,
    kind: 'option',
    description: id,
    taxBasisPoints: 0,
    paidNetMinor: netMinor,
    paidTaxMinor: 0n,
    amountMinor: netMinor,
    taxMinor: 0n,
    documentLeftMinor: 420n,
  })
  // An address for 3.00 and backups for 2.00, the domestic 19 % taken out of each.
  const lines = [lineOf('address', 252n), lineOf('backups', 168n)]
  const pricing = { included: true, includedParts: 19_000_000 }
  const { corrections } = correctPaid(lines, { unused: [{ pricedMinor: 310n }], givenUp: [], pricing })
  // 3.10 less 19 % are 2.605.
  assert.deepEqual(
    corrections.map(({ amountMinor }) => amountMinor),
    [252n, 9n],
  )
})
