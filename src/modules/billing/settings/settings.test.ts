import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  buildPaidAgreement,
  buildSubscription,
  getSeller,
  goTo,
  listDocuments,
  passNight,
  payByTransfer,
} from '#test/support/billing-builders.ts'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from '../billing-checks.ts'
import { sellerParty } from '../seller.ts'
import {
  changeSettings,
  listSettingsChanges,
  readSettings,
  type SectionName,
  type SectionValues,
} from './change-settings.ts'
import { listChangeChoices } from '../list-change-choices.ts'
import { quoteChange } from '../quote-change.ts'
import { isIban } from './company-settings.ts'
import { findDunningIssues } from './dunning-rules.ts'
import { previewNumbers, startSeries } from './number-series.ts'

const app = await createTestApp()
after(() => app.close())
const staff = staffAs('billing')

/** Changes a section from how it stands. */
async function change<K extends SectionName>(name: K, values: Partial<SectionValues<K>>): Promise<void> {
  const shown = await readSettings(app, staff, name)
  await changeSettings(app, staff, { name, values: { ...shown.values, ...values }, basis: shown.basis })
}

async function requireSound(): Promise<void> {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

test('a form that was filled in on other settings than those of now is refused, and changes nothing', async () => {
  const first = await readSettings(app, staff, 'orders')
  const second = await readSettings(app, staff, 'orders')
  const saved = { name: 'orders', basis: first.basis } as const
  await changeSettings(app, staff, { ...saved, values: { ...first.values, couponsPerOrder: 3 } })
  await assert.rejects(
    changeSettings(app, staff, {
      name: 'orders',
      basis: second.basis,
      values: { ...second.values, disputeSuspends: true },
    }),
    { code: 'settings_stale' },
  )
  assert.deepEqual((await readSettings(app, staff, 'orders')).values, { ...first.values, couponsPerOrder: 3 })
  const changes = await listSettingsChanges(app, staff, 'orders')
  assert.deepEqual(
    changes.map(({ before, actorId }) => [before, actorId]),
    [[first.values, 'usr_billing']],
  )
})

test('of two colleagues who save at once, one is told that the settings have changed', async () => {
  const { values, basis } = await readSettings(app, staff, 'orders')
  const outcomes = await Promise.allSettled(
    [4, 5].map((couponsPerOrder) =>
      changeSettings(app, staff, { name: 'orders', basis, values: { ...values, couponsPerOrder } }),
    ),
  )
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('who may not change settings neither reads nor saves them', async () => {
  await assert.rejects(readSettings(app, staffAs('support'), 'company'), { code: 'permission_denied' })
  await assert.rejects(startSeries(app, staffAs('operations'), { kind: 'invoice', first: 5 }), {
    code: 'permission_denied',
  })
})

test('renewals are made as many days ahead as is set, for agreements that run already too', async () => {
  const monthly = await buildPaidAgreement(app)
  const quarterly = await buildPaidAgreement(app, { intervalCount: 3 })
  const next = async ({ subscription: { id } }: typeof monthly) => {
    const row = await app.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    return row.nextBillingOn && row.nextBillingOn.until(row.billedUntil).days
  }
  assert.deepEqual([await next(monthly), await next(quarterly)], [14, 14])
  const { leads } = (await readSettings(app, staff, 'renewals')).values
  await change('renewals', { renewalLeadDays: 10, leads: [...leads, { unit: 'month', count: 3, days: 30 }] })
  await app.work()
  assert.deepEqual([await next(monthly), await next(quarterly)], [10, 30])
  await assert.rejects(change('renewals', { leads: [{ unit: 'week', count: 1, days: 7 }] }), {
    code: 'settings_invalid',
  })
})

const DEFAULT_STEPS = [
  [-7, 'remind'],
  [-1, 'remind'],
  [0, 'charge'],
  [1, 'retry'],
  [3, 'retry'],
  [4, 'warn'],
  [5, 'suspend'],
  [7, 'retry'],
  [25, 'final_warning'],
  [30, 'terminate'],
] as const
const asSteps = (steps: readonly (readonly [number, (typeof DEFAULT_STEPS)[number][1]])[]) =>
  steps.map(([day, action]) => ({ day, action }))

test('steps of dunning that would surprise somebody are refused', () => {
  const wrong = (...steps: Parameters<typeof asSteps>[0]): string[] =>
    findDunningIssues(asSteps(steps)).map(({ path, code }) => `${path} ${code}`)
  assert.deepEqual(wrong(...DEFAULT_STEPS), [])
  assert.deepEqual(wrong([5, 'suspend']), ['steps.0 dunning_no_warning'])
  assert.deepEqual(wrong([3, 'warn'], [5, 'suspend']), ['steps.1 dunning_no_warning'])
  assert.deepEqual(wrong([4, 'warn']), ['steps.0 dunning_warns_of_nothing'])
  assert.deepEqual(wrong([30, 'terminate']), ['steps.0 dunning_no_final_warning'])
  assert.deepEqual(wrong([4, 'warn'], [5, 'suspend'], [28, 'final_warning'], [30, 'terminate']), [
    'steps.3 dunning_no_final_warning',
  ])
  assert.deepEqual(wrong([25, 'final_warning'], [30, 'terminate']), ['steps.0 dunning_not_suspended'])
  assert.deepEqual(wrong([-2, 'charge']), ['steps.0 dunning_too_early'])
  assert.deepEqual(wrong([0, 'charge'], [2, 'charge'], [3, 'retry'], [3, 'retry']), [
    'steps.1 dunning_twice',
    'steps.3 dunning_twice',
  ])
  assert.deepEqual(wrong([2, 'retry']), ['steps.0 dunning_retry_first'])
})

test('new steps hold for open documents from today on, and nobody is asked twice for the same', async () => {
  const { customer, subscription } = await buildPaidAgreement(app)
  const due = subscription.currentPeriodEnd
  const runs = async () => {
    const document = (await listDocuments(app, customer.id)).at(-1)!.invoice
    const rows = await app.db
      .selectFrom('dunningRuns')
      .select(['day', 'action', 'outcome'])
      .where('invoiceId', '=', document.id)
      .orderBy('day')
      .execute()
    return rows.map(({ day, action, outcome }) => `${day} ${action} ${outcome}`)
  }
  goTo(app, due.subtract({ days: 10 }))
  await passNight(app)
  goTo(app, due.subtract({ days: 6 }))
  await passNight(app)
  assert.deepEqual(await runs(), ['-7 remind sent'])
  // The reminder moves to a day that is over, the suspension to earlier days.
  const steps = asSteps([
    [-9, 'remind'],
    [0, 'charge'],
    [2, 'warn'],
    [3, 'suspend'],
  ])
  await change('dunning', { steps })
  await passNight(app)
  assert.deepEqual(await runs(), ['-9 remind skipped', '-7 remind sent'])
  goTo(app, due.add({ days: 2 }))
  await passNight(app)
  assert.deepEqual((await runs()).slice(2), ['0 charge no_method', '2 warn sent'])
  // The warning was sent: it is not sent again, and the suspension keeps its day after it.
  await change('dunning', {
    steps: asSteps([
      [0, 'charge'],
      [1, 'warn'],
      [2, 'suspend'],
    ]),
  })
  await passNight(app)
  assert.deepEqual((await runs()).slice(2), ['0 charge no_method', '1 warn skipped', '2 warn sent'])
  goTo(app, due.add({ days: 3 }))
  await passNight(app)
  assert.match((await runs()).join(), /1 warn skipped,2 warn sent,2 suspend/)
  const [latest] = await listSettingsChanges(app, staff, 'dunning')
  assert.deepEqual(latest?.before, { steps })
  await change('dunning', { steps: asSteps(DEFAULT_STEPS) })
  await requireSound()
})

test('documents take the names that are set, and a series goes on without a gap when only its looks change', async () => {
  await buildPaidAgreement(app)
  await passNight(app)
  const [before] = await previewNumbers(app, staff, (await readSettings(app, staff, 'numbering')).values)
  assert.ok(before?.begun)
  await assert.rejects(startSeries(app, staff, { kind: 'invoice', first: 500 }), { code: 'series_begun' })
  await change('numbering', { invoiceFormat: '{PREFIX}-{YYYY}/{NNNN}' })
  const { customer } = await buildPaidAgreement(app)
  await passNight(app)
  const [document] = await listDocuments(app, customer.id)
  assert.equal(document!.invoice.sequence, before.next)
  assert.match(document!.invoice.number!, /^EZ-\d{4}\/\d{4}$/)
  for (const invoiceFormat of ['{PREFIX}-{NNNN}', '{YYYY}{NNNN}', '{YYYY}-{NNNN}-X', '{PREFIX}-CN-{YYYY}-{NNNNNN}'])
    await assert.rejects(change('numbering', { invoiceFormat }), { code: 'settings_invalid' })
  await requireSound()
})

test('a new series begins where another system ended, once, and has no gap before it', async () => {
  await change('numbering', { invoiceFormat: 'H{YYYY}-{NNN}' })
  await startSeries(app, staff, { kind: 'invoice', first: 998 })
  const numbers: string[] = []
  for (let count = 0; count < 3; count += 1) {
    const { customer } = await buildPaidAgreement(app)
    await passNight(app)
    numbers.push((await listDocuments(app, customer.id))[0]!.invoice.number!.slice(6))
  }
  assert.deepEqual(numbers, ['998', '999', '1000'])
  await assert.rejects(
    sql`update invoice_series set first_sequence = 5, next_sequence = 5 where series like 'H%'`.execute(app.db),
    /its numbers only go on/,
  )
  await requireSound()
})

test('a currency that is switched off has no prices in the shop, and what is agreed in it is billed and changed as before', async () => {
  const { customer, subscription } = await buildPaidAgreement(app, { currency: 'USD' })
  const shown = await readSettings(app, staff, 'currencies')
  const off = (code: string) =>
    shown.values.currencies.map((each) => (each.code === code ? { code, sold: false } : each))
  await change('currencies', { currencies: off('USD') })
  assert.deepEqual((await getCatalog(app)).currencies, ['EUR'])
  const choices = await listChangeChoices(app, staff, subscription.id)
  assert.ok(
    choices.plans.some(({ current, prices }) => !current && prices.month !== undefined),
    'other plans are for sale to them',
  )
  const quoted = await quoteChange(app, staff, { subscriptionId: subscription.id, plan: 'vps-professional' })
  assert.equal(quoted.currency, 'USD')
  goTo(app, subscription.currentPeriodEnd.subtract({ days: 1 }))
  await passNight(app)
  const documents = await listDocuments(app, customer.id)
  assert.deepEqual(
    documents.map(({ invoice }) => invoice.currency),
    ['USD', 'USD'],
  )
  await assert.rejects(change('currencies', { countries: [{ country: 'US', currency: 'USD' }] }), {
    code: 'settings_invalid',
  })
  await change('currencies', { currencies: shown.values.currencies })
  assert.deepEqual((await getCatalog(app)).currencies, ['EUR', 'USD'])
})

test('a document says who sells as it is on the day of its number, and keeps saying it', async () => {
  const { customer, subscription } = await buildPaidAgreement(app)
  await passNight(app)
  goTo(app, subscription.currentPeriodEnd.subtract({ days: 1 }))
  await passNight(app)
  await change('company', { name: 'EZ Solutions AG' })
  await change('footer', { en: 'Board: Ada Lovelace', de: 'Vorstand: Ada Lovelace' })
  const open = (await listDocuments(app, customer.id)).at(-1)!.invoice
  assert.equal((open.seller as { name: string }).name, 'EZ Solutions Demo GmbH')
  await payByTransfer(app, open.id)
  await passNight(app)
  const [first, second] = (await listDocuments(app, customer.id)).map(({ invoice }) => invoice)
  assert.equal((first!.seller as { name: string }).name, 'EZ Solutions Demo GmbH')
  assert.deepEqual(second!.seller, sellerParty(await getSeller(app)))
  assert.deepEqual((second!.seller as { footer: unknown }).footer, {
    en: 'Board: Ada Lovelace',
    de: 'Vorstand: Ada Lovelace',
  })
  await requireSound()
})

test('the time zone and whether prices hold the tax stay while anything runs by them', async () => {
  await buildSubscription(app)
  await assert.rejects(change('basis', { timeZone: 'Europe/Lisbon' }), { code: 'settings_invalid' })
  await assert.rejects(change('basis', { pricesIncludeTax: false }), { code: 'settings_invalid' })
  await app.transaction(tester, async (tx) => {
    await sql`update subscriptions set state = 'cancelled', next_billing_on = null`.execute(tx.db)
    await sql`update invoices set state = 'void', next_dunning_on = null where state = 'open'`.execute(tx.db)
  })
  await change('basis', { timeZone: 'Europe/Lisbon' })
  assert.equal((await getSeller(app)).timeZone, 'Europe/Lisbon')
})

test('an IBAN is known by its check digits', () => {
  assert.ok(isIban('DE89370400440532013000'))
  assert.ok(!isIban('DE89370400440532013001'))
  assert.ok(!isIban('DE89'))
})
