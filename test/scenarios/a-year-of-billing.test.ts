import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { TOKEN_SCOPES } from '#modules/accounts/api-token.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { proveMoney } from '#modules/billing/prove-money.ts'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  apiClient,
  type ApiClient,
  buildCustomer,
  buildOrder,
  payOnHostedPage,
  vpsItem,
} from '#test/support/api-client.ts'
import { cardBecomes, goTo } from '#test/support/billing-builders.ts'
import { billingStory, type StorySubscription } from '#test/support/billing-story.ts'
import { publishChange } from '#test/support/catalog-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** One customer's year, month by month, as a program sees it over the API. Each month begins where the one before it ended. */
const app = await createTestApp()
after(() => app.close())

goTo(app, '2026-12-31')
const jane = await buildCustomer(app)
const token = await jane.api.post<{ token: string }>('/api-tokens', { name: 'Bookkeeping', scopes: TOKEN_SCOPES })
const api: ApiClient = apiClient(app, token.body.token)
const { customerId } = jane.actor

const { night, nights, documents, last, lastIs, agreement, agreementIs, serviceIs, change, heldByStripe, inTheBooks } =
  billingStory(app, api)

test('December: a server is tried out for ten days; a card is saved on the way, and nothing is charged', async () => {
  await publishChange(app, 'vps-starter', (document) => ({
    ...document,
    plans: document.plans.map((plan) =>
      plan.slug === 'vps-starter'
        ? {
            ...plan,
            prices: plan.prices.map((price) => (price.intervalUnit === 'month' ? { ...price, trialDays: 10 } : price)),
          }
        : plan,
    ),
  }))
  await app.db.updateTable('legalEntities').set({ trialNeedsMethod: true }).execute()
  const wanted = { currency: 'EUR', items: [vpsItem()] }
  const quote = await api.post<{ token: string; totalMinor: number }>('/quotes', wanted)
  assert.equal(quote.body.totalMinor, 0, 'nothing is due today')
  const early = await api.post<{ code: string }>('/orders', { ...wanted, quote: quote.body.token })
  assert.deepEqual([early.status, early.body.code], [409, 'trial_needs_method'])

  const page = await api.post<{ url: string }>('/payment-methods')
  assert.equal(page.status, 201)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const { body: saved } = await api.get<{ data: { lastFour: string; isDefault: boolean }[] }>('/payment-methods')
  assert.deepEqual(
    saved.data.map(({ lastFour, isDefault }) => [lastFour, isDefault]),
    [['4242', true]],
  )
  await buildOrder({ api })
  await app.work()
  await serviceIs('active')
  await agreementIs('active', '2026-12-31', '2027-01-10')
  const [tried, ...others] = await documents()
  assert.deepEqual([tried!.state, tried!.totalMinor, tried!.number, others], ['paid', 0, null, []])
  assert.equal(await heldByStripe(), 0)
})

test('January: the trial ends on its day, and the card pays the first month, which begins then', async () => {
  await nights('2027-01-05', '2027-01-06')
  assert.equal((await documents()).length, 1, 'nothing is asked for before three days are left')
  await night('2027-01-07')
  await announceTrialEnds.run(app, {}, new AbortController().signal)
  await app.work()
  await lastIs('open', 900, 0)
  const { lines: first } = await last()
  assert.deepEqual([first[0]!.periodStart, first[0]!.periodEnd], ['2027-01-10', '2027-02-10'])
  const mail = app.db.selectFrom('notifications').select('state').where('template', '=', 'trial-ends')
  assert.deepEqual(await mail.execute(), [{ state: 'sent' }])
  await night('2027-01-09')
  assert.equal(await heldByStripe(), 0, 'the trial is free to its last day')
  await night('2027-01-10')
  await lastIs('paid', 900, 900)
  await agreementIs('active', '2027-01-10', '2027-02-10')
  await serviceIs('active')
  await night('2027-01-26')
  assert.equal((await documents()).length, 2, 'nothing is made before fourteen days are left')
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
  assert.equal((await documents()).length, 6, 'nothing is made before fourteen days are left')
  await nights('2027-05-02', '2027-05-03')
  assert.equal((await documents()).length, 7, 'and then once only')
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
  const ending = await api.post<StorySubscription>(`/subscriptions/${id}/cancellation`, { reason: 'not_needed' })
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
    [0, 900, 900, 1_671, 3_500, 3_500, 3_500, 3_200, 3_200, 3_200].map((totalMinor) => ['paid', totalMinor]),
  )
  assert.deepEqual(
    all.map(({ number }) => number),
    // What was tried out cost nothing, and is no invoice.
    [null, ...all.slice(1).map((_each, index) => `EZ-2027-${String(index + 1).padStart(6, '0')}`)],
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
