import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import {
  type Agreed,
  buildPaidAgreement,
  cardBecomes,
  goTo,
  listDocuments,
  passNight,
  payByTransfer,
} from '#test/support/billing-builders.ts'
import { buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const { signal } = new AbortController()

const runsOf = (invoiceId: string) =>
  app.db
    .selectFrom('dunningRuns')
    .select(['day', 'action', 'outcome'])
    .where('invoiceId', '=', invoiceId)
    .orderBy('day')
    .execute()

const lastOf = async (customerId: string) => (await listDocuments(app, customerId)).at(-1)!.invoice

test('after forty lost days a week is billed at a time: six documents once each before is paid, and no seventh', async () => {
  goTo(app, '2027-01-31')
  const weekly = await buildPaidAgreement(app, { intervalUnit: 'week' })
  goTo(app, '2027-03-12')
  const counts: number[] = []
  for (let payments = 0; payments < 6; payments += 1) {
    await passNight(app)
    counts.push((await listDocuments(app, weekly.customer.id)).length - 1)
    await payByTransfer(app, (await lastOf(weekly.customer.id)).id)
    await app.work()
  }
  await passNight(app)
  const documents = (await listDocuments(app, weekly.customer.id)).slice(1)
  assert.deepEqual(counts, [1, 2, 3, 4, 5, 6], 'an unpaid week holds the next one back')
  assert.deepEqual(
    documents.map(({ invoice, lines }) => [invoice.state, String(lines[0]!.periodStart), String(lines[0]!.periodEnd)]),
    [
      ['paid', '2027-02-07', '2027-02-14'],
      ['paid', '2027-02-14', '2027-02-21'],
      ['paid', '2027-02-21', '2027-02-28'],
      ['paid', '2027-02-28', '2027-03-07'],
      ['paid', '2027-03-07', '2027-03-14'],
      ['paid', '2027-03-14', '2027-03-21'],
    ],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('after forty lost days everybody unpaid is warned, and nobody is suspended before the day after', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  await app.db.updateTable('customers').set({ autoPay: false }).where('id', '=', bought.customer.id).execute()
  const agreements: Agreed[] = []
  for (let count = 0; count < 20; count += 1) agreements.push(await buildPaidAgreement(app))
  goTo(app, '2027-02-14')
  await passNight(app)
  goTo(app, '2027-03-26')
  await passNight(app)
  const state = async (): Promise<string> =>
    (
      await app.db
        .selectFrom('services')
        .select('state')
        .where('customerId', '=', bought.customer.id)
        .executeTakeFirstOrThrow()
    ).state
  assert.equal(await state(), 'active')
  for (const { customer } of [bought, ...agreements]) {
    const actions = (await runsOf((await lastOf(customer.id)).id)).map(({ action, outcome }) => [action, outcome])
    assert.ok(
      actions.some(([action, outcome]) => action === 'warn' && outcome === 'sent'),
      'warned',
    )
    assert.ok(!actions.some(([action]) => ['suspend', 'final_warning', 'terminate'].includes(action!)))
  }
  goTo(app, '2027-03-27')
  await passNight(app)
  assert.equal(await state(), 'suspended')
  assert.deepEqual(await runChecks(app), [])
})

test('a good card that is charged after forty lost days is not threatened with suspension', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  goTo(app, '2027-03-12')
  await passNight(app)
  const mail = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', bought.customer.id)
    .orderBy('id')
    .execute()
  assert.ok(
    !mail.some(({ template }) => template === 'suspension-warning'),
    mail.map(({ template }) => template).join(),
  )
  assert.equal((await listDocuments(app, bought.customer.id))[1]!.invoice.state, 'paid')
})

test('while the gateway does not say what became of a charge, nobody is warned or suspended; once it is refused, they are', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  goTo(app, '2027-03-12')
  await renewSubscriptions.run(app, {}, signal)
  await runDunning.run(app, {}, signal)
  const renewal = await lastOf(bought.customer.id)
  for (const day of ['2027-03-13', '2027-03-14', '2027-03-20']) {
    goTo(app, day)
    await runDunning.run(app, {}, signal)
  }
  const wasAsked = (await runsOf(renewal.id)).filter(({ action }) => ['warn', 'suspend'].includes(action))
  assert.deepEqual(wasAsked, [])
  await cardBecomes(app, bought.customer.id, 'pm_card_chargeCustomerFail')
  await app.work()
  assert.equal((await lastOf(bought.customer.id)).state, 'open')
  for (const day of ['2027-03-21', '2027-03-22']) {
    goTo(app, day)
    await passNight(app)
  }
  assert.deepEqual(
    (await runsOf(renewal.id)).filter(({ action }) => ['warn', 'suspend'].includes(action)),
    [
      { day: 4, action: 'warn', outcome: 'sent' },
      { day: 5, action: 'suspend', outcome: 'suspended' },
    ],
  )
})

test('a clock that goes back two hours bills, charges and writes nothing a second time', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  const unpaid = await buildPaidAgreement(app)
  goTo(app, '2027-02-14')
  await passNight(app)
  goTo(app, '2027-02-28')
  app.advance({ hours: -11 })
  const snapshot = async (): Promise<unknown> => {
    const people = [bought.customer.id, unpaid.customer.id]
    const documents = await Promise.all(people.map((id) => listDocuments(app, id)))
    const rows = await Promise.all([
      app.db.selectFrom('payments').select('id').where('customerId', 'in', people).orderBy('id').execute(),
      app.db.selectFrom('notifications').select('id').where('customerId', 'in', people).orderBy('id').execute(),
    ])
    const runs = await Promise.all(documents.flat().map(({ invoice }) => runsOf(invoice.id)))
    return { documents: documents.flat().map(({ invoice }) => [invoice.id, invoice.state]), rows, runs }
  }
  await passNight(app)
  const before = await snapshot()
  app.advance({ hours: -2 })
  await passNight(app)
  assert.deepEqual(await snapshot(), before)
  app.advance({ hours: 2 })
  await passNight(app)
  assert.deepEqual(await snapshot(), before)
  assert.deepEqual(await runChecks(app), [])
})
