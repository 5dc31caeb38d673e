import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { system } from '#platform/actor.ts'
import {
  buildPaidAgreement,
  buildSubscription,
  goTo,
  listDocuments,
  passNight,
  planItem,
} from '#test/support/billing-builders.ts'
import { buildPaidOrder, buildCustomer, type Buyer, tester } from '#test/support/builders.ts'
import { changeTo } from '#test/support/change-builders.ts'
import { buildDiscounts } from '#test/support/coupon-builders.ts'
import { createTestApp, type TestApp } from '#test/support/test-app.ts'
import { explainInvoice, type InvoiceExplanation } from './explain-invoice.ts'

const app = await createTestApp()
after(() => app.close())

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n)

/** Half up, as a person does it by hand. */
const share = (minor: bigint, part: bigint, of: bigint): bigint => (2n * minor * part + of) / (2n * of)

/** Does every sum of an explanation again. */
function requireExact({ invoice, lines, taxes }: InvoiceExplanation): void {
  for (const line of lines) {
    if (line.change) {
      const { change } = line
      assert.equal(line.listMinor, change.chargeMinor)
      for (const period of change.periods) {
        assert.equal(period.chargeMinor, share(period.allMinor, BigInt(period.days), BigInt(period.ofDays)))
        assert.equal(period.creditMinor, share(period.paidMinor!, BigInt(period.days), BigInt(period.paidDays!)))
      }
    } else if (line.unitMinor !== null) assert.equal(line.listMinor, line.unitMinor * BigInt(line.quantity))
    const off = sum(line.discounts.map(({ offMinor }) => offMinor))
    assert.equal(line.pricedMinor, line.listMinor - (line.change?.creditMinor ?? 0n) - off, 'price, credit, discounts')
    assert.equal(line.netMinor, line.pricedMinor - line.taxInPriceMinor, 'the tax in the price')
    assert.equal(line.totalMinor, line.netMinor + line.taxMinor)
    if (line.period) assert.equal(line.period.days, line.period.start.until(line.period.end).days)
  }
  assert.equal(sum(lines.map(({ netMinor }) => netMinor)), invoice.subtotalMinor)
  assert.equal(sum(lines.map(({ taxMinor }) => taxMinor)), invoice.taxMinor)
  assert.equal(sum(lines.map(({ totalMinor }) => totalMinor)), invoice.totalMinor)
  assert.equal(sum(taxes.map(({ taxMinor }) => taxMinor)), invoice.taxMinor)
  const included = lines.some(({ taxInPriceMinor }) => taxInPriceMinor !== 0n)
  if (!included)
    for (const { baseMinor, basisPoints, taxMinor } of taxes)
      assert.equal(taxMinor, share(baseMinor, BigInt(basisPoints), 10_000n), 'the rate on its base')
  else if (taxes.length === 1 && invoice.taxMinor > 0n) {
    const rate = BigInt(taxes[0]!.basisPoints)
    assert.equal(invoice.taxMinor, share(sum(lines.map(({ pricedMinor }) => pricedMinor)), rate, 10_000n + rate))
  }
}

async function explainAll(of: TestApp, { customer, actor }: Pick<Buyer, 'customer' | 'actor'>) {
  const documents = await listDocuments(of, customer.id)
  return Promise.all(documents.map(({ invoice }) => explainInvoice(of, actor, invoice.id)))
}

const setIncluded = (included: boolean) =>
  app.db.updateTable('legalEntities').set({ pricesIncludeTax: included }).execute()

await sql`insert into tax_rules (id, legal_entity_id, country, region, level, compound, name, category, rate_basis_points, valid_from)
  select 'txr_' || t.n, e.id, 'CA', 'QC', t.level, t.compound, t.name, 'S', t.rate, '2020-01-01'
  from legal_entities e, (values ('why1', 1, false, 'GST', 500), ('why2', 2, true, 'QST', 997)) as t (n, level, compound, name, rate)`.execute(
  app.db,
)

test('the sums of a renewal come to each line, with discounts, several levels of tax, and prices with and without it', async () => {
  for (const included of [true, false]) {
    await setIncluded(included)
    for (const [round, place] of [{ country: 'DE' }, { country: 'CA', region: 'QC' }, { country: 'CH' }].entries()) {
      const buyer = await buildCustomer(app, place)
      const prices = [901n, 333n, 7n].map((price) => price + BigInt(round * 37))
      const agreed = await buildSubscription(app, {
        buyer,
        items: [
          planItem(prices[0]!),
          { kind: 'option', code: 'backups', description: 'Backups', quantity: 3, unitMinor: prices[1]! },
          { kind: 'option', code: 'addresses', description: 'Address', quantity: 2, unitMinor: prices[2]! },
        ],
      })
      await buildDiscounts(app, agreed.subscription.id, [
        { rule: { percentBasisPoints: 1_333 }, cyclesLeft: 3 },
        { rule: { amountMinor: 101n }, cyclesLeft: null },
      ])
      goTo(app, agreed.subscription.currentPeriodEnd.subtract({ days: 14 }))
      await passNight(app)
      const [explained] = await explainAll(app, buyer)
      requireExact(explained!)
      assert.equal(explained!.cause.purpose, 'renewal')
      assert.equal(explained!.cause.by.kind, 'system')
      assert.equal(explained!.lines[0]!.subscriptionId, agreed.subscription.id)
      assert.deepEqual(
        explained!.lines[0]!.discounts.map(({ cyclesLeft }) => cyclesLeft),
        [2, null],
      )
    }
  }
})

test('what a coupon leaves is told, and an order says who placed it', async () => {
  await setIncluded(true)
  const bought = await buildPaidOrder(app)
  const [mine] = await explainAll(app, bought)
  requireExact(mine!)
  assert.deepEqual(
    { purpose: mine!.cause.purpose, by: mine!.cause.by.kind, order: mine!.cause.orderId },
    { purpose: 'order', by: 'you', order: bought.order.id },
  )
  assert.equal(mine!.taxes[0]!.country, 'DE')
  assert.equal(mine!.taxes[0]!.why, 'rule')
  await assert.rejects(explainInvoice(app, (await buildCustomer(app)).actor, bought.invoice.id), {
    code: 'invoice_not_found',
  })
})

test('a change explains its days: what they cost anew, what was paid for them, and what is left to pay', async () => {
  for (const [included, day] of [
    [true, 3],
    [false, 11],
  ] as const) {
    await setIncluded(included)
    const bought = await buildPaidOrder(app)
    const start = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
    goTo(app, start.add({ days: day }))
    const change = await changeTo(app, bought, {
      plan: 'vps-professional',
      options: [{ code: 'backups', quantity: 1 }],
    })
    const explained = await explainInvoice(app, bought.actor, change.invoiceId!)
    requireExact(explained)
    assert.ok(explained.lines.every((line) => line.change !== null))
    assert.equal(
      sum(explained.lines.map((line) => line.change!.chargeMinor)),
      sum(explained.lines[0]!.change!.periods.map(({ chargeMinor }) => chargeMinor)),
    )
    assert.equal(explained.cause.changeId, change.id)
    assert.equal(explained.cause.by.kind, 'you')
  }
})

test('a rate of the customer’s own and a confirmed VAT number are given as the reason', async () => {
  await setIncluded(true)
  const buyer = await buildCustomer(app, { country: 'AT', vatId: 'ATU12345678' })
  const now = app.clock.now()
  const { id: customerId } = buyer.customer
  await app.transaction(tester, async (tx) => {
    await tx.db
      .insertInto('taxProfiles')
      .values({ customerId, vatNumber: 'ATU12345678', confirmedAt: now, outcome: 'valid', attempts: 0, updatedAt: now })
      .execute()
    await tx.db
      .insertInto('vatChecks')
      .values({
        id: 'vck_why',
        customerId,
        number: 'ATU12345678',
        outcome: 'valid',
        requestIdentifier: 'WAPIAAAA',
        checkedAt: now,
      })
      .execute()
  })
  const agreed = await buildPaidAgreement(app, { buyer })
  goTo(app, agreed.subscription.currentPeriodEnd.subtract({ days: 14 }))
  await passNight(app)
  const renewal = (await explainAll(app, buyer)).at(-1)!
  requireExact(renewal)
  assert.equal(renewal.invoice.taxMinor, 0n)
  assert.equal(renewal.taxes[0]!.why, 'reverse_charge')
  assert.equal(renewal.evidence?.requestIdentifier, 'WAPIAAAA')
  // The tax that is in the price is told apart from what is charged.
  assert.ok(renewal.lines[0]!.taxInPriceMinor > 0n)
  await app.db
    .updateTable('taxProfiles')
    .set({ overrideBasisPoints: 700, overrideReason: 'Embassy' })
    .where('customerId', '=', customerId)
    .execute()
  const second = await buildSubscription(app, { buyer })
  goTo(app, second.subscription.currentPeriodEnd.subtract({ days: 14 }))
  await passNight(app)
  const own = (await explainAll(app, buyer)).at(-1)!
  requireExact(own)
  assert.deepEqual([own.taxes[0]!.why, own.taxes[0]!.note], ['own_rate', 'Embassy'])
  assert.equal((await explainInvoice(app, system('test'), own.invoice.id)).lines.length, own.lines.length)
})
