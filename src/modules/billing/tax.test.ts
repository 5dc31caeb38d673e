import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buyerIn, resolveTax, type TaxBuyer, type TaxRule, taxDocument, type TaxTreatment } from './tax.ts'

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 8 })
const rate = fc.integer({ min: 0, max: 10_000 })
/** One tax at this rate, as a price that includes it holds it. */
const at = (rateBasisPoints: number): Pick<TaxTreatment, 'components' | 'includedParts'> => ({
  components: [{ name: 'VAT', rateBasisPoints, compound: false, category: 'S' }],
  includedParts: rateBasisPoints * 10_000,
})

const sum = (parts: readonly bigint[]): bigint => parts.reduce((a, b) => a + b, 0n)

/** Whether `rounded` is numerator / denominator to the nearest whole, a half going up: 2r - 1 <= 2n/d < 2r + 1. */
const isHalfUp = (rounded: bigint, numerator: bigint, denominator: bigint): boolean =>
  (2n * rounded - 1n) * denominator <= 2n * numerator && 2n * numerator < (2n * rounded + 1n) * denominator

test('net and tax make the total, on the document and line by line, whatever the prices and the rate', () => {
  fc.assert(
    fc.property(amounts, rate, fc.boolean(), (lines, basisPoints, included) => {
      const taxed = taxDocument(lines, at(basisPoints), included)
      assert.equal(taxed.subtotalMinor + taxed.taxMinor, taxed.totalMinor)
      assert.equal(sum(taxed.net), taxed.subtotalMinor)
      assert.equal(sum(taxed.tax), taxed.taxMinor)
      for (const [index, line] of lines.entries()) {
        const shown = included ? taxed.net[index]! + taxed.tax[index]! : taxed.net[index]!
        assert.equal(shown, line)
        assert.ok(taxed.tax[index]! >= 0n && taxed.net[index]! >= 0n)
      }
    }),
  )
})

test('tax on prices without tax is the sum times the rate, a half cent going up', () => {
  fc.assert(
    fc.property(amounts, rate, (lines, basisPoints) => {
      const { taxMinor, subtotalMinor } = taxDocument(lines, at(basisPoints), false)
      assert.equal(subtotalMinor, sum(lines))
      assert.ok(isHalfUp(taxMinor, sum(lines) * BigInt(basisPoints), 10_000n))
    }),
  )
})

test('tax within prices is the exact share of what the customer pays, and the price shown stays the price', () => {
  fc.assert(
    fc.property(amounts, rate, (lines, basisPoints) => {
      const { taxMinor, totalMinor } = taxDocument(lines, at(basisPoints), true)
      assert.equal(totalMinor, sum(lines))
      assert.ok(isHalfUp(taxMinor, sum(lines) * BigInt(basisPoints), 10_000n + BigInt(basisPoints)))
    }),
  )
})

test('each line shows its own share of the tax, off by less than a cent', () => {
  fc.assert(
    fc.property(amounts, rate, fc.boolean(), (lines, basisPoints, included) => {
      const { tax, taxMinor } = taxDocument(lines, at(basisPoints), included)
      const whole = sum(lines)
      for (const [index, line] of lines.entries()) {
        const off = tax[index]! * whole - taxMinor * line
        assert.ok(whole === 0n || (off < whole && -off < whole))
      }
    }),
  )
})

test('tax is rounded once over the document, not on each line', () => {
  const taxed = taxDocument([3n, 3n, 3n], at(1_900), false)
  assert.deepEqual([taxed.taxMinor, taxed.tax], [2n, [1n, 1n, 0n]])
})

test('half a cent goes up, and just below it does not', () => {
  assert.equal(taxDocument([50n], at(100), false).taxMinor, 1n)
  assert.equal(taxDocument([49n], at(100), false).taxMinor, 0n)
  assert.equal(taxDocument([900n], at(1_900), true).taxMinor, 144n)
})

test('a document over nothing, or without lines, has no tax', () => {
  assert.deepEqual(taxDocument([0n, 0n], at(1_900), false).tax, [0n, 0n])
  assert.deepEqual(taxDocument([], at(1_900), true), {
    net: [],
    tax: [],
    taxes: [{ name: 'VAT', rateBasisPoints: 1_900, compound: false, category: 'S', baseMinor: 0n, taxMinor: 0n }],
    subtotalMinor: 0n,
    taxMinor: 0n,
    totalMinor: 0n,
  })
})

/** Two taxes of a place, the second on top of the first or beside it. */
const pair = (
  first: number,
  second: number,
  compound: boolean,
): Pick<TaxTreatment, 'components' | 'includedParts'> => ({
  components: [
    { name: 'GST', rateBasisPoints: first, compound: false, category: 'S' },
    { name: 'PST', rateBasisPoints: second, compound, category: 'S' },
  ],
  includedParts: first * 10_000 + second * 10_000 + (compound ? first * second : 0),
})

test('two taxes are each rounded once, and a compound one is charged on the net and the first', () => {
  const beside = taxDocument([10_001n], pair(500, 998, false), false)
  assert.deepEqual(
    beside.taxes.map((tax) => [tax.baseMinor, tax.taxMinor]),
    [
      [10_001n, 500n],
      [10_001n, 998n],
    ],
  )
  const onTop = taxDocument([10_001n], pair(500, 998, true), false)
  assert.deepEqual(
    onTop.taxes.map((tax) => [tax.baseMinor, tax.taxMinor]),
    [
      [10_001n, 500n],
      [10_501n, 1_048n],
    ],
  )
  assert.equal(onTop.totalMinor, 11_549n)
})

test('whatever two taxes come to, they sum to the tax of the document and the document to what is paid', () => {
  fc.assert(
    fc.property(amounts, rate, rate, fc.boolean(), fc.boolean(), (lines, first, second, compound, included) => {
      const taxed = taxDocument(lines, pair(first, second, compound), included)
      assert.equal(sum(taxed.taxes.map((tax) => tax.taxMinor)), taxed.taxMinor)
      assert.equal(sum(taxed.net) + sum(taxed.tax), taxed.totalMinor)
      if (included && first + second > 0) assert.equal(taxed.totalMinor, sum(lines))
      assert.ok(taxed.taxes.every((tax) => tax.taxMinor >= 0n))
    }),
  )
})

test('a price said with its tax holds the same tax as the price without it was given', () => {
  fc.assert(
    fc.property(amounts, rate, (lines, basisPoints) => {
      const net = taxDocument(lines, at(basisPoints), false)
      const gross = taxDocument([net.totalMinor], at(basisPoints), true)
      assert.deepEqual([gross.subtotalMinor, gross.taxMinor], [net.subtotalMinor, net.taxMinor])
    }),
  )
})

test('two taxes within a price are off by at most one from those on the price without them', () => {
  fc.assert(
    fc.property(amounts, rate, rate, fc.boolean(), (lines, first, second, compound) => {
      const net = taxDocument(lines, pair(first, second, compound), false)
      const gross = taxDocument([net.totalMinor], pair(first, second, compound), true)
      const off = gross.taxMinor - net.taxMinor
      assert.ok(off >= -1n && off <= 1n)
    }),
  )
})

const rule = (given: Partial<TaxRule> & { from: string; to?: string }): TaxRule => {
  const { from, to, ...more } = given
  return {
    id: 'txr_1',
    legalEntityId: 'ent_1',
    country: null,
    region: null,
    level: 1,
    compound: false,
    category: 'S',
    name: 'VAT',
    rateBasisPoints: 1_900,
    finerMillionths: null,
    validFrom: Temporal.PlainDate.from(from),
    validTo: to === undefined ? null : Temporal.PlainDate.from(to),
    ...more,
  }
}

const rules: TaxRule[] = [
  rule({ from: '2007-01-01', to: '2020-07-01' }),
  rule({ from: '2020-07-01', to: '2021-01-01', rateBasisPoints: 1_600 }),
  rule({ from: '2021-01-01' }),
  rule({ country: 'AT', from: '2015-01-01', rateBasisPoints: 2_000 }),
  rule({ country: 'AT', from: '2026-01-01', rateBasisPoints: 2_050 }),
  rule({ country: 'FR', from: '2015-01-01', rateBasisPoints: 2_000 }),
  rule({ country: 'GB', from: '2015-01-01', to: '2021-01-01', rateBasisPoints: 2_000 }),
  rule({ country: 'CH', from: '2015-01-01', rateBasisPoints: 0, category: 'O' }),
  rule({ country: 'CA', from: '2015-01-01', name: 'GST', rateBasisPoints: 500 }),
  rule({ country: 'CA', region: 'QC', level: 2, from: '2015-01-01', name: 'QST', rateBasisPoints: 998 }),
  rule({
    country: 'CA',
    region: 'PE',
    level: 2,
    compound: true,
    from: '2015-01-01',
    name: 'PST',
    rateBasisPoints: 1_000,
  }),
  rule({ country: 'CA', region: 'ON', from: '2015-01-01', name: 'HST', rateBasisPoints: 1_300 }),
]
const germany = { country: 'DE' }
const treated = (buyer: Partial<TaxBuyer>, on = '2025-06-01', seller = germany): TaxTreatment | undefined =>
  resolveTax(rules, seller, { ...buyerIn(null), ...buyer }, Temporal.PlainDate.from(on))

/** The names and rates charged, such as `VAT 19 S`. */
const charged = (...given: Parameters<typeof treated>): string =>
  (treated(...given)?.components ?? [])
    .map((each) => `${each.name} ${each.rateBasisPoints / 100} ${each.category}${each.compound ? ' compound' : ''}`)
    .join(', ')

const confirmed = { vatConfirmed: true }
const override = (rateBasisPoints: number) => ({ override: { rateBasisPoints, reason: 'Embassy' } })

/** Every sentence of the rules on tax: who, on which day, is charged what. */
const TABLE: [string, Partial<TaxBuyer>, string, string][] = [
  ['a buyer at home pays the domestic rate', { country: 'DE' }, '2025-06-01', 'VAT 19 S'],
  ['an unknown country pays the domestic rate, never nothing', { country: null }, '2025-06-01', 'VAT 19 S'],
  ['a country without a rule of its own pays the domestic rate', { country: 'JP' }, '2025-06-01', 'VAT 19 S'],
  ['a state without a country is no place', { country: null, region: 'QC' }, '2025-06-01', 'VAT 19 S'],
  ['the country of the buyer decides', { country: 'FR' }, '2025-06-01', 'VAT 20 S'],
  ['a rule that says so charges nothing', { country: 'CH' }, '2025-06-01', 'VAT 0 O'],
  ['a rate holds until the day before its end', { country: 'DE' }, '2020-06-30', 'VAT 19 S'],
  ['the lowered rate holds from its first day', { country: 'DE' }, '2020-07-01', 'VAT 16 S'],
  ['the lowered rate holds on its last day', { country: 'DE' }, '2020-12-31', 'VAT 16 S'],
  ['the old rate comes back', { country: 'DE' }, '2021-01-01', 'VAT 19 S'],
  ['of two rates the one that began last counts', { country: 'AT' }, '2026-01-01', 'VAT 20.5 S'],
  ['a rate that has not begun does not count', { country: 'AT' }, '2025-12-31', 'VAT 20 S'],
  ['where a country’s own rate has ended, the domestic one is charged', { country: 'GB' }, '2021-01-01', 'VAT 19 S'],
  ['before a country’s own rate, the domestic one is charged', { country: 'AT' }, '2014-12-31', 'VAT 19 S'],
  ['a country without a state has its one tax', { country: 'CA' }, '2025-06-01', 'GST 5 S'],
  ['an unknown state pays what the country charges', { country: 'CA', region: 'XX' }, '2025-06-01', 'GST 5 S'],
  [
    'the state adds a tax beside that of the country',
    { country: 'CA', region: 'QC' },
    '2025-06-01',
    'GST 5 S, QST 9.98 S',
  ],
  ['or on top of it', { country: 'CA', region: 'PE' }, '2025-06-01', 'GST 5 S, PST 10 S compound'],
  ['the state’s own rule stands before the country’s', { country: 'CA', region: 'ON' }, '2025-06-01', 'HST 13 S'],
  [
    'a confirmed number abroad in the EU means reverse charge',
    { country: 'FR', ...confirmed },
    '2025-06-01',
    'VAT 0 AE',
  ],
  ['without a confirmation tax is charged', { country: 'FR' }, '2025-06-01', 'VAT 20 S'],
  ['at home a confirmed number changes nothing', { country: 'DE', ...confirmed }, '2025-06-01', 'VAT 19 S'],
  ['outside of the EU there is no reverse charge', { country: 'GB', ...confirmed }, '2025-06-01', 'VAT 19 S'],
  ['a rate of 0 given by staff is a value', { country: 'DE', ...override(0) }, '2025-06-01', 'VAT 0 E'],
  [
    'a rate given by staff stands before everything',
    { country: 'FR', ...confirmed, ...override(700) },
    '2025-06-01',
    'VAT 7 S',
  ],
]
for (const [says, buyer, on, what] of TABLE)
  test(`who is taxed how: ${says}`, () => {
    assert.equal(charged(buyer, on), what)
  })

test('a seller outside of the EU charges nobody in reverse', () => {
  assert.equal(charged({ country: 'FR', ...confirmed }, '2025-06-01', { country: 'US' }), 'VAT 20 S')
})

test('where the seller has rules of its own country only, these are the domestic ones', () => {
  const own = [rule({ country: 'DE', from: '2007-01-01' })]
  const { components } = resolveTax(own, germany, buyerIn('JP'), Temporal.PlainDate.from('2025-06-01'))!
  assert.equal(components[0]!.rateBasisPoints, 1_900)
})

test('of two rates of a country the later counts whatever their order', () => {
  const on = Temporal.PlainDate.from('2026-01-01')
  assert.deepEqual(
    resolveTax(rules.toReversed(), germany, buyerIn('AT'), on),
    resolveTax(rules, germany, buyerIn('AT'), on),
  )
})

test('before any rate was valid there is none to charge', () => {
  assert.equal(treated({ country: 'DE' }, '2006-12-31'), undefined)
})

test('who pays no tax gets the price without the domestic tax that is in it', () => {
  for (const buyer of [{ country: 'FR', ...confirmed }, { country: 'CH' }, { country: 'DE', ...override(0) }]) {
    const { subtotalMinor, taxMinor, totalMinor, net } = taxDocument([900n, 200n], treated(buyer)!, true)
    assert.deepEqual([subtotalMinor, taxMinor, totalMinor], [924n, 0n, 924n])
    assert.equal(sum(net), 924n)
  }
})

test('a consumer abroad pays the price as it is said, with the tax of their country in it', () => {
  const { taxMinor, totalMinor } = taxDocument([900n], treated({ country: 'FR' })!, true)
  assert.deepEqual([taxMinor, totalMinor], [150n, 900n])
})

test('prices without tax stay what they are for whoever pays none', () => {
  const { taxMinor, totalMinor } = taxDocument([900n], treated({ country: 'FR', ...confirmed })!, false)
  assert.deepEqual([taxMinor, totalMinor], [0n, 900n])
})
