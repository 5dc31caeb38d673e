import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  buildPaidAgreement,
  getSeller,
  listDocuments,
  passNight,
  payByTransfer,
} from '#test/support/billing-builders.ts'
import { announced, buildRepricing } from '#test/support/repricing-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { announceRepricing, cancelRepricing } from './announce-repricing.ts'
import { applyRepricings } from './apply-repricings.ts'
import { listRepriceable } from './list-repriceable.ts'
import { nextRenewals } from './next-renewals.ts'
import { excludeCustomer, updateRepricing } from './prepare-repricing.ts'
import { getRepricing, listPayers } from './repricings-queries.ts'
import { changeSettings, listSettingsChanges, readSettings } from './settings/change-settings.ts'
import { getSubscriptionDetail } from './subscription-queries.ts'

const app = await createTestApp()
after(() => app.close())

const staff = staffAs('billing')
const { timeZone, priceNoticeDays } = await getSeller(app)
const today = () => app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate()
const renewals = async (customerId: string) =>
  (await listDocuments(app, customerId))
    .filter(({ invoice }) => invoice.purpose === 'renewal')
    .flatMap(({ lines }) =>
      lines.map(({ periodStart, amountMinor, taxMinor }) => ({ start: periodStart!, priced: amountMinor + taxMinor })),
    )
/** Days go by; every renewal is paid as soon as it is asked for. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 4) {
    app.advance({ days: 4 })
    await passNight(app)
    const open = await app.db.selectFrom('invoices').select('id').where('state', '=', 'open').execute()
    for (const { id } of open) await payByTransfer(app, id)
    await applyRepricings.run(app, {}, new AbortController().signal)
  }
}
const mailsTo = async (customerId: string, template: string): Promise<number> =>
  (
    await app.db
      .selectFrom('notifications')
      .select('id')
      .where('customerId', '=', customerId)
      .where('template', '=', template)
      .where('state', '=', 'sent')
      .execute()
  ).length

test('the preview says who pays what, who is left out, and what it comes to; nobody is told before it is announced', async () => {
  const jane = await buildPaidAgreement(app)
  const joe = await buildPaidAgreement(app)
  const repricing = await buildRepricing(app)
  const repricingId = repricing.id
  await excludeCustomer(app, staff, { repricingId, customerId: joe.customer.id, excluded: true })
  const { totals } = await getRepricing(app, staff, repricingId)
  assert.deepEqual(
    [totals.agreements, totals.customers, totals.oldMinor, totals.newMinor, totals.excluded],
    [1, 1, 900n, 1_100n, 1],
  )
  const { rows } = await listPayers(app, staff, { repricingId, limit: 10 })
  const mine = rows.find(({ customerId }) => customerId === jane.customer.id)
  const nextStart = jane.subscription.currentPeriodEnd
  const first =
    Temporal.PlainDate.compare(nextStart, repricing.effectiveOn) >= 0 ? nextStart : nextStart.add({ months: 1 })
  assert.deepEqual([mine?.oldMinor, mine?.newMinor, mine?.firstOn], [900n, 1_100n, first.toString()])
  const excluded = await listPayers(app, staff, { repricingId, limit: 10, view: 'excluded' })
  assert.deepEqual(
    excluded.rows.map(({ customerId }) => customerId),
    [joe.customer.id],
  )
  const found = await listPayers(app, staff, { repricingId, limit: 10, search: jane.customer.id })
  assert.deepEqual(
    found.rows.map(({ customerId }) => customerId),
    [jane.customer.id],
  )
  assert.equal(await mailsTo(jane.customer.id, 'price-change'), 0)
  await assert.rejects(
    updateRepricing(app, staff, {
      repricingId,
      amountMinor: 1_000n,
      effectiveOn: today().add({ days: priceNoticeDays - 1 }),
    }),
    { code: 'notice_too_short' },
  )
  await assert.rejects(getRepricing(app, staffAs('operations'), repricingId), { code: 'permission_denied' })
  await cancelRepricing(app, staff, { repricingId })
})

test('a customer is told once, sees what comes, and pays it from the first renewal after notice; who is excluded goes on as before', async () => {
  const jane = await buildPaidAgreement(app, {
    items: [{ kind: 'plan', code: null, description: 'VPS Starter', quantity: 1, unitMinor: 901n }],
  })
  const joe = await buildPaidAgreement(app)
  const { id: repricingId } = await buildRepricing(app)
  await excludeCustomer(app, staff, { repricingId, customerId: joe.customer.id, excluded: true })
  await announceRepricing(app, staff, { repricingId })
  await app.work()
  await assert.rejects(announceRepricing(app, staff, { repricingId }), { code: 'repricing_announced' })
  assert.equal(await mailsTo(jane.customer.id, 'price-change'), 1)
  assert.equal(await mailsTo(joe.customer.id, 'price-change'), 0)
  const { coming, subscription } = await getSubscriptionDetail(app, jane.actor, jane.subscription.id)
  assert.equal(coming?.amountMinor, 1_100n)
  assert.equal(subscription.amountMinor, 901n)

  await pass(20)
  await assert.rejects(cancelRepricing(app, staff, { repricingId }), { code: 'repricing_under_way' })
  await pass(32)
  const paid = await renewals(jane.customer.id)
  assert.deepEqual(
    paid.map(({ start, priced }) => priced === (Temporal.PlainDate.compare(start, coming.from) < 0 ? 901n : 1_100n)),
    paid.map(() => true),
  )
  assert.ok(paid.some(({ priced }) => priced === 1_100n))
  assert.ok((await renewals(joe.customer.id)).every(({ priced }) => priced === 900n))
  assert.equal((await getSubscriptionDetail(app, jane.actor, jane.subscription.id)).subscription.amountMinor, 1_100n)
  assert.deepEqual(await runChecks(app), [])
})

/** A part that somebody pays for beside their plan. */
const part = (code: string, quantity: number, unitMinor: bigint, choice: string | null = null) =>
  ({ kind: 'option', code, choice, description: `${code} ${choice ?? ''}`.trim(), quantity, unitMinor }) as const
const vps = (unitMinor: bigint) =>
  ({ kind: 'plan', code: null, description: 'VPS Starter', quantity: 1, unitMinor }) as const

test('options and choices get a new price like plans: who has them sees what all pieces come to, is told, and pays it after notice', async () => {
  await sql`with added as (
      insert into plan_options (id, product_id, code, kind, name, summary, min_quantity, max_quantity, step, position, active)
      select 'opt_care', product_id, 'care', 'choice', '{"en": "Care", "de": "Betreuung"}', '{"en": "Care", "de": "Betreuung"}', 0, 1, 1, 9, true
      from plans order by position limit 1 returning id)
    insert into option_choices select 'och_gold', id, 'gold', '{"en": "Gold", "de": "Gold"}', 0, true from added`.execute(
    app.db,
  )
  const jane = await buildPaidAgreement(app, { items: [vps(905n), part('extra-addresses', 2, 300n)] })
  const joe = await buildPaidAgreement(app, { items: [vps(905n), part('care', 1, 500n, 'gold')] })
  const { choices } = await listRepriceable(app, staff)
  assert.deepEqual(
    choices
      .filter(({ optionCode }) => optionCode !== null)
      .map(({ optionName, choiceName, agreements, listedMinor }) => [
        optionName?.en,
        choiceName?.en,
        agreements,
        listedMinor,
      ]),
    [
      ['Extra IPv4 addresses', undefined, 1, 300n],
      ['Care', 'Gold', 1, null],
    ],
  )
  await assert.rejects(buildRepricing(app, { optionCode: 'gold-plating' }), { code: 'option_not_found' })
  await assert.rejects(buildRepricing(app, { optionCode: 'care', choice: 'lead' }), { code: 'option_not_found' })

  // After the first renewal and before the second.
  const effectiveOn = today().add({ days: 40 })
  const addresses = await buildRepricing(app, { optionCode: 'extra-addresses', amountMinor: 350n, effectiveOn })
  const { rows, totals } = await getBoth(addresses.id)
  assert.deepEqual(
    rows.map(({ customerId, quantity, oldMinor, newMinor }) => [customerId, quantity, oldMinor, newMinor]),
    [[jane.customer.id, 2, 600n, 700n]],
  )
  assert.deepEqual([totals.oldMinor, totals.newMinor], [600n, 700n])
  const care = await announced(app, { optionCode: 'care', choice: 'gold', amountMinor: 650n, effectiveOn })
  await announceRepricing(app, staff, { repricingId: addresses.id })
  await app.work()
  assert.equal(await mailsTo(jane.customer.id, 'price-change'), 1)
  const mail = app.mail.messages().find(({ recipients }) => recipients.includes(jane.customer.email))
  assert.match(mail?.text ?? '', /an option you have changes.*extra-addresses × 2\W+€6\.00 → €7\.00/s)
  const { coming } = await getSubscriptionDetail(app, jane.actor, jane.subscription.id)
  assert.equal(coming?.amountMinor, 1_605n)

  const next = async () => (await nextRenewals(app, [jane.subscription.id])).get(jane.subscription.id)?.totalMinor
  assert.equal(await next(), 1_505n)
  await pass(32)
  assert.equal(await next(), 1_605n)
  await pass(32)
  const paidBy = async ({ customer }: typeof jane) => {
    const byPeriod = Map.groupBy(await renewals(customer.id), ({ start }) => start.toString())
    return [...byPeriod.values()].map((lines) => lines.map(({ priced }) => priced))
  }
  assert.deepEqual(await paidBy(jane), [
    [905n, 600n],
    [905n, 700n],
  ])
  assert.deepEqual(await paidBy(joe), [
    [905n, 500n],
    [905n, 650n],
  ])
  assert.equal((await getSubscriptionDetail(app, jane.actor, jane.subscription.id)).subscription.amountMinor, 1_605n)
  assert.equal((await getRepricing(app, staff, care.id)).totals.applied, 1)
  assert.deepEqual(await runChecks(app), [])
})

const getBoth = async (repricingId: string) => ({
  ...(await listPayers(app, staff, { repricingId, limit: 10 })),
  totals: (await getRepricing(app, staff, repricingId)).totals,
})

test('taken back before it is asked for, it never comes, and whoever was told hears so', async () => {
  const jane = await buildPaidAgreement(app)
  const { id: repricingId } = await announced(app, { amountMinor: 1_300n })
  await pass(4)
  await cancelRepricing(app, staff, { repricingId })
  await app.work()
  assert.equal(await mailsTo(jane.customer.id, 'price-change-cancelled'), 1)
  await pass(45)
  const paid = await renewals(jane.customer.id)
  assert.ok(paid.length > 0 && paid.every(({ priced }) => priced === 900n))
  assert.equal((await getSubscriptionDetail(app, jane.actor, jane.subscription.id)).coming, undefined)
})

test('whatever days agreements begin on and however late mails leave, nobody pays a new price before notice and its day', async () => {
  const people = []
  for (const [index, interval] of (['month', 'week', 'month', 'week'] as const).entries()) {
    people.push(await buildPaidAgreement(app, { intervalUnit: interval }))
    if (index === 1) app.advance({ days: 5 })
  }
  const monthly = await buildRepricing(app, { amountMinor: 1_501n })
  await announceRepricing(app, staff, { repricingId: monthly.id })
  // The worker was down for nine days: the notice runs from when it tells them.
  app.advance({ days: 9 })
  await app.work()
  const toldOn = today()
  await pass(48)
  const { rows } = await sql<{ early: number; asked: number }>`
    select count(*) filter (where l.period_start < i.earliest_on or l.period_start < ${toldOn.add({ days: priceNoticeDays })}::date)::int as early,
      count(*)::int as asked
    from invoice_lines l join repricing_items i on i.id = l.reasons->>'repricing' where i.repricing_id = ${monthly.id}`.execute(
    app.db,
  )
  assert.equal(rows[0]!.early, 0)
  assert.ok(rows[0]!.asked > 0)
  const earliest = toldOn.add({ days: priceNoticeDays })
  for (const { customer, subscription } of people)
    for (const { start, priced } of await renewals(customer.id)) {
      const mayBeNew = subscription.intervalUnit === 'month' && Temporal.PlainDate.compare(start, earliest) >= 0
      assert.ok(priced === 900n || (mayBeNew && priced === 1_501n), `${start.toString()} ${priced}`)
    }
  assert.deepEqual(await runChecks(app), [])
})

test('the days of notice are a setting: what is prepared too near can no longer be announced, and who changed it is kept', async () => {
  await buildPaidAgreement(app, {
    items: [{ kind: 'plan', code: null, description: 'VPS Starter', quantity: 1, unitMinor: 903n }],
  })
  const repricing = await buildRepricing(app)
  const { values, basis } = await readSettings(app, staff, 'prices')
  assert.deepEqual(values, { priceNoticeDays })
  await changeSettings(app, staff, { name: 'prices', basis, values: { priceNoticeDays: priceNoticeDays + 30 } })
  await assert.rejects(announceRepricing(app, staff, { repricingId: repricing.id }), { code: 'notice_too_short' })
  const [change] = await listSettingsChanges(app, staff, 'prices')
  assert.deepEqual([change?.before, change?.after], [values, { priceNoticeDays: priceNoticeDays + 30 }])
})
