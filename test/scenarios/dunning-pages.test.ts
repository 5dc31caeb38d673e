import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { billingChecks } from '#modules/billing/billing-checks.ts'
import { listDunning } from '#modules/billing/dunning-queries.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { TERMINATIONS_PER_HOUR } from '#modules/provisioning/terminate-service.ts'
import {
  buildPaidAgreement,
  cardBecomes,
  goTo,
  listDocuments,
  passNight,
  payByTransfer,
} from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaidOrder, tester } from '#test/support/builders.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const PAGE = '/staff/billing/dunning'
const { signal } = new AbortController()
goTo(app, '2027-01-10')

/** Two customers whose renewal of 10 February stays unpaid: one has a server and a card that is refused. */
const eve = await buildPaidOrder(app, {
  buyer: await buildCustomer(app, { name: 'Eve Unpaid', email: 'eve@example.com' }),
})
await cardBecomes(app, eve.customer.id, 'pm_card_chargeCustomerFail')
await buildPaidAgreement(app, { buyer: await buildCustomer(app, { name: 'Max Late', email: 'max@example.com' }) })
for (const day of [
  '2027-01-27',
  '2027-02-03',
  '2027-02-09',
  '2027-02-10',
  '2027-02-11',
  '2027-02-13',
  '2027-02-14',
  '2027-02-15',
]) {
  goTo(app, day)
  await passNight(app)
}
const evesInvoice = (await listDocuments(app, eve.customer.id)).at(-1)!.invoice

test('staff see who is at which step, what comes next and when, and find them by state, step, currency and name', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const page = await visitor.open(PAGE)
  assertSound(page)
  assert.match(
    page.text,
    /Eve Unpaid Due 10 Feb 2027 Open €[\d.]+ Last step Suspension \( 15 Feb 2027 \) Next step 17 Feb 2027 Another charge/,
  )
  assert.match(page.text, /Max Late/)
  const names = async (query: string) => {
    const { text } = await visitor.open(`${PAGE}?${query}`)
    return ['Eve Unpaid', 'Max Late'].filter((name) => text.includes(name))
  }
  assert.deepEqual(await names('state=suspended'), ['Eve Unpaid'])
  assert.deepEqual(await names('state=coming'), [])
  assert.deepEqual(await names('step=suspend&state=overdue'), ['Eve Unpaid', 'Max Late'])
  assert.deepEqual(await names('step=warn'), [])
  assert.deepEqual(await names('q=max@'), ['Max Late'])
  assert.deepEqual(await names('currency=EUR'), ['Eve Unpaid', 'Max Late'])
  const nights = await visitor.open(`${PAGE}?view=nights`)
  assertSound(nights)
  assert.match(nights.text, /15 Feb 2027/)
})

test('every order of the list goes on where its page ended', async () => {
  for (const sort of ['next', 'due', '-due', '-amount'] as const) {
    const all = (await listDunning(app, tester, { limit: 10, sort })).rows.map(({ id }) => id)
    const first = await listDunning(app, tester, { limit: 1, sort })
    const rest = await listDunning(app, tester, { limit: 10, sort, after: first.next })
    assert.deepEqual(
      [...first.rows, ...rest.rows].map(({ id }) => id),
      all,
      sort,
    )
    assert.equal(all.length, 2)
  }
})

test('a document is held, its customer reminded once, and given up with a reason; money that comes late still counts', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const address = `/staff/invoices/${evesInvoice.id}`
  const page = await visitor.open(address)
  assertSound(page)
  assert.match(page.text, /Dunning.*10 Feb 2027 Charge.*15 Feb 2027 Suspension suspended.*17 Feb 2027 Another charge/)
  const wrong = await page.press('Hold', { until: '2020-01-01' })
  assert.match(wrong.text, /Give a day from today on/)
  await page.press('Hold', { until: '2027-04-01' })
  assert.match((await visitor.open(`${PAGE}?state=held`)).text, /Eve Unpaid.*Held until 1 Apr 2027/)

  assert.match((await (await visitor.open(address)).press('Remind now')).text, /The reminder is on its way/)
  assert.match((await (await visitor.open(address)).press('Remind now')).text, /reminded less than 12 hours ago/)
  await app.work()

  const given = await (await visitor.open(address)).press('Write off', { reason: 'Moved away' })
  assert.match(given.text, /Uncollectible/)
  await runDunning.run(app, {}, signal)
  assert.doesNotMatch((await visitor.open(PAGE)).text, /Eve Unpaid/)
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
  await payByTransfer(app, evesInvoice.id)
  await app.work()
  const [late] = (await listDocuments(app, eve.customer.id)).slice(-1)
  assert.equal(late!.invoice.state, 'paid')
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
})

test('what dunning may not end by itself waits for a person, who sees it all and says so once', async () => {
  const bought = await buildPaidOrder(app, {
    buyer: await buildCustomer(app, { name: 'Zoe', email: 'zoe@example.com' }),
  })
  await cardBecomes(app, bought.customer.id, 'pm_card_chargeCustomerFail')
  for (const day of [
    '2027-03-01',
    '2027-03-15',
    '2027-03-16',
    '2027-03-18',
    '2027-03-19',
    '2027-03-20',
    '2027-03-22',
    '2027-04-09',
  ]) {
    goTo(app, day)
    await passNight(app)
  }
  goTo(app, '2027-04-14')
  await app.transaction(tester, async (tx) => {
    for (let each = 0; each < TERMINATIONS_PER_HOUR; each += 1)
      await tx.emit('service.termination_requested', `svc_${each}`)
  })
  await runDunning.run(app, {}, signal)
  const state = async () =>
    (
      await app.db
        .selectFrom('services')
        .select('state')
        .where('customerId', '=', bought.customer.id)
        .executeTakeFirstOrThrow()
    ).state
  assert.equal(await state(), 'suspended')
  const support = await signedInStaff(app, 'billing')
  const seen = await support.open(PAGE)
  assert.match(seen.text, /2 servers wait for your approval to be terminated.*Eve Unpaid.*Zoe/)
  const visitor = await signedInStaff(app, 'admin')
  const page = await visitor.open(PAGE)
  await page.press('Terminate 2 servers')
  await app.work()
  assert.equal(await state(), 'terminated')
  assert.match((await page.press('Terminate 2 servers')).text, /Nothing waits for your approval any more/)
})
