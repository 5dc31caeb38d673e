import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { TOKEN_SCOPES } from '#modules/accounts/api-token.ts'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { proveMoney } from '#modules/billing/prove-money.ts'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import { staffAs } from '#test/support/actors.ts'
import { apiClient, type ApiClient, buildCustomer, buildOrder, payOnHostedPage } from '#test/support/api-client.ts'
import { cardBecomes, goTo } from '#test/support/billing-builders.ts'
import { passNightOfChanges } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** One customer's year, month by month, as a program sees it over the API. Each month begins where the one before it ended. */
const app = await createTestApp()
after(() => app.close())

type Payment = { id: string; state: string; channel: string; amountMinor: number }
type Invoice = {
  id: string
  state: string
  number: string | null
  totalMinor: number
  paidMinor: number
  creditedMinor: number
  dueAt: string
  lines: { periodStart: string | null; periodEnd: string | null }[]
  payments: Payment[]
  creditNotes: { number: string | null; totalMinor: number }[]
}
type Subscription = {
  id: string
  state: string
  amountMinor: number
  currentPeriodStart: string
  currentPeriodEnd: string
  cancelOn: string | null
}
type Change = { id: string; state: string; dueMinor: number; creditMinor: number; nextMinor: number; nextOn: string }

goTo(app, '2027-01-10')
const jane = await buildCustomer(app)
const token = await jane.api.post<{ token: string }>('/api-tokens', { name: 'Bookkeeping', scopes: TOKEN_SCOPES })
const api: ApiClient = apiClient(app, token.body.token)
const { customerId } = jane.actor

async function night(day: string): Promise<void> {
  goTo(app, day)
  await passNightOfChanges(app)
}

async function nights(...days: string[]): Promise<void> {
  for (const day of days) await night(day)
}

/** All documents, oldest first. */
async function documents(): Promise<Invoice[]> {
  const { body } = await api.get<{ data: { id: string }[] }>('/invoices?limit=50')
  const all = await Promise.all(body.data.map(({ id }) => api.get<Invoice>(`/invoices/${id}`)))
  return all.map((answer) => answer.body).toReversed()
}

async function last(): Promise<Invoice> {
  return (await documents()).at(-1)!
}

/** State, total and what is paid of the newest document. */
async function lastIs(state: string, totalMinor: number, paidMinor: number): Promise<void> {
  const newest = await last()
  assert.deepEqual([newest.state, newest.totalMinor, newest.paidMinor], [state, totalMinor, paidMinor])
  assert.equal(newest.number !== null, state === 'paid', 'what is paid has a number, and nothing else')
}

async function agreement(): Promise<Subscription> {
  const { body } = await api.get<{ data: Subscription[] }>('/subscriptions')
  assert.equal(body.data.length, 1)
  return body.data[0]!
}

async function agreementIs(state: string, start: string, end: string): Promise<void> {
  const found = await agreement()
  assert.deepEqual([found.state, found.currentPeriodStart, found.currentPeriodEnd], [state, start, end])
}

async function serviceIs(state: string): Promise<void> {
  const { body } = await api.get<{ data: { state: string }[] }>('/services')
  assert.deepEqual(
    body.data.map((service) => service.state),
    [state],
  )
}

async function change(wanted: object): Promise<Change> {
  const { id } = await agreement()
  const quote = await api.post<Change>(`/subscriptions/${id}/changes`, wanted)
  assert.equal(quote.status, 201)
  const accepted = await api.post<Change>(`/changes/${quote.body.id}/acceptance`)
  assert.equal(accepted.status, 200)
  await app.work()
  return (await api.get<Change>(`/changes/${quote.body.id}`)).body
}

/** What Stripe holds for us of this customer, less what it sent back and what a bank took. */
async function heldByStripe(): Promise<number> {
  const payments = app.stripe.dashboard.payments()
  return payments
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount, refunded }) => sum + amount - refunded, 0)
}

async function inTheBooks(account: 'clearing' | 'bad_debt'): Promise<bigint> {
  const { total } = await app.db
    .selectFrom('ledgerEntries')
    .select(({ fn }) => fn.sum<bigint | null>('amountMinor').as('total'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow()
  return BigInt(total ?? 0)
}

test('January: a server is bought by card, and its month begins with the day', async () => {
  const { invoiceId } = await buildOrder({ api })
  const page = await api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  await lastIs('paid', 900, 900)
  await agreementIs('active', '2027-01-10', '2027-02-10')
  await serviceIs('active')
  await night('2027-01-26')
  assert.equal((await documents()).length, 1, 'nothing is made before fourteen days are left')
  await night('2027-01-27')
  await lastIs('open', 900, 0)
  const { lines } = await last()
  assert.deepEqual([lines[0]!.periodStart, lines[0]!.periodEnd], ['2027-02-10', '2027-03-10'])
})

test('February: the card pays the new month on its day, and a bigger plan the days that are left of it', async () => {
  await nights('2027-02-03', '2027-02-09')
  await lastIs('open', 900, 0)
  await night('2027-02-10')
  await lastIs('paid', 900, 900)
  await agreementIs('active', '2027-02-10', '2027-03-10')
  await night('2027-02-20')
  const bigger = await change({ plan: 'vps-professional', options: [{ code: 'extra-addresses', quantity: 2 }] })
  // 18 of 28 days: 29.00 × 18/28 = 18.64 and 6.00 × 18/28 = 3.86, less 9.00 × 18/28 = 5.79.
  assert.deepEqual(
    [bigger.state, bigger.dueMinor, bigger.creditMinor, bigger.nextMinor, bigger.nextOn],
    ['applied', 1_671, 0, 3_500, '2027-03-10'],
  )
  await night('2027-02-20')
  await lastIs('paid', 1_671, 1_671)
  await agreementIs('active', '2027-02-10', '2027-03-10')
  await night('2027-02-24')
  await lastIs('open', 3_500, 0)
})

test('March: the whole month costs what was agreed in February', async () => {
  await nights('2027-03-03', '2027-03-09', '2027-03-10')
  await lastIs('paid', 3_500, 3_500)
  await agreementIs('active', '2027-03-10', '2027-04-10')
  await cardBecomes(app, customerId, 'pm_card_chargeCustomerFail')
  await night('2027-03-27')
  await lastIs('open', 3_500, 0)
})

test('April: the card is refused three times, the server is suspended, and answers again once it is paid for', async () => {
  await nights('2027-04-03', '2027-04-09', '2027-04-10')
  await agreementIs('active', '2027-03-10', '2027-04-10')
  await night('2027-04-11')
  await agreementIs('past_due', '2027-03-10', '2027-04-10')
  await nights('2027-04-13', '2027-04-14')
  await serviceIs('active')
  await night('2027-04-15')
  await serviceIs('suspended')
  const owed = await last()
  assert.deepEqual(
    owed.payments.map(({ state, channel, amountMinor }) => [state, channel, amountMinor]),
    [1, 2, 3].map(() => ['failed', 'saved_method', 3_500]),
  )
  goTo(app, '2027-04-16')
  const page = await api.post<{ url: string }>(`/invoices/${owed.id}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  await lastIs('paid', 3_500, 3_500)
  await agreementIs('active', '2027-04-16', '2027-05-16')
  await serviceIs('active')
  await cardBecomes(app, customerId, 'pm_card_visa')
})

test('May: the days without a server were not sold, so the month begins with the payment', async () => {
  await night('2027-05-01')
  assert.equal((await documents()).length, 5, 'nothing is made before fourteen days are left')
  await nights('2027-05-02', '2027-05-03')
  assert.equal((await documents()).length, 6, 'and then once only')
  await lastIs('open', 3_500, 0)
  await nights('2027-05-09', '2027-05-15', '2027-05-16')
  await lastIs('paid', 3_500, 3_500)
  await agreementIs('active', '2027-05-16', '2027-06-16')
  await night('2027-05-28')
  const smaller = await change({ options: [{ code: 'extra-addresses', quantity: 1 }] })
  // 19 of 31 days: 6.00 × 19/31 = 3.68 less 3.00 × 19/31 = 1.84.
  assert.deepEqual(
    [smaller.state, smaller.dueMinor, smaller.creditMinor, smaller.nextMinor],
    ['applied', 0, 184, 3_200],
  )
})

test('June: credit pays first, the card the rest, and a part is sent back', async () => {
  await night('2027-06-02')
  await lastIs('open', 3_200, 184)
  await nights('2027-06-09', '2027-06-15', '2027-06-16')
  await lastIs('paid', 3_200, 3_200)
  const { payments } = await last()
  assert.deepEqual(
    payments.map(({ state, amountMinor }) => [state, amountMinor]),
    [['succeeded', 3_016]],
  )
  goTo(app, '2027-06-20')
  await refundPayment(app, staffAs('billing'), {
    paymentId: payments[0]!.id,
    amountMinor: 500n,
    currency: 'EUR',
    reason: 'Down for a day',
    destination: 'gateway',
    service: 'keep',
  })
  await app.work()
  await numberCreditNotes.run(app, {}, new AbortController().signal)
  const corrected = await last()
  assert.equal(corrected.creditedMinor, 500)
  assert.deepEqual(
    corrected.creditNotes.map(({ totalMinor }) => totalMinor),
    [500],
  )
  // The first took back the unused days of May.
  assert.match(corrected.creditNotes[0]!.number ?? '', /^EZ-CN-2027-000002$/)
  assert.equal(await inTheBooks('clearing'), BigInt(await heldByStripe()))
})

test('July: the month is paid, and its payment is contested at the bank', async () => {
  await nights('2027-07-02', '2027-07-09', '2027-07-15', '2027-07-16')
  await lastIs('paid', 3_200, 3_200)
  await agreementIs('active', '2027-07-16', '2027-08-16')
  goTo(app, '2027-07-25')
  const newest = app.stripe.dashboard.payments().find(({ amount }) => amount === 3_200)!
  app.stripe.dashboard.openDispute(newest.id)
  await app.work()
  await serviceIs('active')
  assert.equal(await inTheBooks('clearing'), BigInt(await heldByStripe()) - 3_200n)
})

test('August: the bank decides against us, the loss is booked, and the next month is charged as ever', async () => {
  await night('2027-08-02')
  const contested = app.stripe.dashboard.payments().find(({ disputes }) => disputes.length > 0)!
  app.stripe.dashboard.decideDispute(contested.disputes[0]!.id, 'lost')
  await app.work()
  assert.equal(await inTheBooks('bad_debt'), 3_200n)
  await nights('2027-08-09', '2027-08-15', '2027-08-16')
  await lastIs('paid', 3_200, 3_200)
  await agreementIs('active', '2027-08-16', '2027-09-16')
})

test('September: cancelled, it runs until the paid month is over, and is gone on that day', async () => {
  goTo(app, '2027-08-30')
  const { id } = await agreement()
  const ending = await api.post<Subscription>(`/subscriptions/${id}/cancellation`, { reason: 'not_needed' })
  assert.deepEqual([ending.status, ending.body.cancelOn], [200, '2027-09-16'])
  await nights('2027-09-02', '2027-09-15')
  await agreementIs('active', '2027-08-16', '2027-09-16')
  await serviceIs('active')
  await night('2027-09-16')
  assert.equal((await agreement()).state, 'cancelled')
  await serviceIs('terminated')
})

test('until January nothing more is billed, and the year adds up', async () => {
  await nights('2027-10-02', '2027-10-16', '2027-12-16', '2028-01-10')
  const all = await documents()
  assert.deepEqual(
    all.map(({ state, totalMinor }) => [state, totalMinor]),
    [900, 900, 1_671, 3_500, 3_500, 3_500, 3_200, 3_200, 3_200].map((totalMinor) => ['paid', totalMinor]),
  )
  assert.deepEqual(
    all.map(({ number }) => number),
    all.map((_each, index) => `EZ-2027-${String(index + 1).padStart(6, '0')}`),
  )
  const charged = all.reduce((sum, { totalMinor }) => sum + totalMinor, 0) - 184
  assert.equal(await heldByStripe(), charged - 500)
  assert.equal(await inTheBooks('clearing'), BigInt(charged - 500 - 3_200))
  // With the whole copy of what the gateway keeps, the books are compared with it payment by payment.
  const { signal } = new AbortController()
  await mirrorGateway.run(app, {}, signal)
  await catchUpGatewayEvents.run(app, {}, signal)
  await app.work()
  assert.equal((await proveMoney(app)).settled, true)
  assert.deepEqual(await runChecks(app), [])
})
