import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { isProblem } from '#platform/problem.ts'
import { goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import { type Bought, buildPaidOrder, buildPaymentPage } from '#test/support/builders.ts'
import { agreementOf, buildChangeQuote, passNightOfChanges, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { acceptChange } from './accept-change.ts'
import { quoteChange } from './quote-change.ts'
import { requestCancellation } from './request-cancellation.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'

const app = await createTestApp()
after(() => app.close())

const RACERS = 32
/** So many customers go through each race, one after the other; their days and nights they share. At night there are more. */
const CUSTOMERS = Number(process.env['RACE_ROUNDS'] ?? 2)

/** All begin at once; gives what each came to, and lets through only refusals that are meant for people. */
async function race(acts: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const barrier = Promise.withResolvers<void>()
  const running = acts.map(async (act) => {
    await barrier.promise
    try {
      await act()
      return 'done'
    } catch (error) {
      if (isProblem(error)) return error.code
      throw error
    }
  })
  barrier.resolve()
  return Promise.all(running)
}

async function buyAt(bought: string, now: string): Promise<Bought[]> {
  goTo(app, bought)
  const sales: Bought[] = []
  for (let count = 0; count < CUSTOMERS; count += 1) sales.push(await buildPaidOrder(app))
  goTo(app, now)
  await passNight(app)
  return sales
}

const racers = <T>(act: (n: number) => T): (() => T)[] => Array.from({ length: RACERS }, (_each, n) => () => act(n))

const changesOf = async ({ customer }: Bought) => {
  const rows = await app.db
    .selectFrom('changeQuotes')
    .select('state')
    .where('customerId', '=', customer.id)
    .where('usedAt', 'is not', null)
    .execute()
  return rows.map(({ state }) => state).toSorted()
}

test('one quote accepted by 32 clicks at once is charged once', async () => {
  const sales = await buyAt('2027-03-01', '2027-03-10')
  for (const sale of sales) {
    const { id: changeId } = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
    const outcomes = await race(racers(() => acceptChange(app, sale.actor, { changeId })))
    assert.deepEqual(new Set(outcomes), new Set(['done']))
  }
  await app.work()
  for (const sale of sales) {
    assert.deepEqual(await changesOf(sale), ['applied'])
    const documents = await listDocuments(app, sale.customer.id)
    assert.deepEqual(
      documents.map(({ invoice }) => [invoice.purpose, invoice.state]),
      [
        ['order', 'paid'],
        ['change', 'paid'],
      ],
    )
    assert.equal((await serviceOf(app, sale)).cores, 2)
  }
  assert.deepEqual(await runChecks(app), [])
})

test('of two upgrades accepted at once 16 times each, one is made and paid for', async () => {
  const sales = await buyAt('2027-03-01', '2027-03-10')
  for (const sale of sales) {
    const one = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
    const two = await buildChangeQuote(app, sale, { plan: 'vps-enterprise' })
    const outcomes = await race(racers((n) => acceptChange(app, sale.actor, { changeId: n % 2 ? one.id : two.id })))
    for (const outcome of outcomes) assert.ok(['done', 'subscription_changing'].includes(outcome), outcome)
  }
  await app.work()
  for (const sale of sales) {
    assert.deepEqual(await changesOf(sale), ['applied'])
    const charged = await app.db
      .selectFrom('payments')
      .select('id')
      .where('customerId', '=', sale.customer.id)
      .where('channel', '=', 'saved_method')
      .where('state', '=', 'succeeded')
      .execute()
    assert.equal(charged.length, 1)
  }
  assert.deepEqual(await runChecks(app), [])
})

test('a change accepted while the renewal is made leaves one renewal at the new price', async () => {
  const sales = await buyAt('2027-03-01', '2027-03-17')
  goTo(app, '2027-03-18')
  const { signal } = new AbortController()
  const quotes: string[] = []
  for (const sale of sales) quotes.push((await buildChangeQuote(app, sale, { plan: 'vps-professional' })).id)
  // The run renews all of them, so they all go through this race side by side.
  const accept = (n: number) => {
    const of = Math.floor(n / 2) % CUSTOMERS
    return acceptChange(app, sales[of]!.actor, { changeId: quotes[of]! })
  }
  await race(racers(async (n) => void (n % 2 ? await accept(n) : await renewSubscriptions.run(app, {}, signal))))
  await app.work()
  await passNightOfChanges(app)
  for (const sale of sales) {
    const open = (await listDocuments(app, sale.customer.id)).filter(({ invoice }) => invoice.state === 'open')
    assert.deepEqual(
      open.map(({ invoice }) => [invoice.purpose, invoice.totalMinor]),
      [['renewal', 2_900n]],
    )
  }
  assert.deepEqual(await runChecks(app), [])
})

test('cancelled while its renewal is paid, no money is lost and it ends with what is paid', async () => {
  const sales = await buyAt('2027-03-01', '2027-03-18')
  for (const sale of sales) {
    const renewal = (await listDocuments(app, sale.customer.id)).at(-1)!.invoice
    const page = await buildPaymentPage(app, { actor: sale.actor, invoice: renewal })
    const { id: subscriptionId } = await agreementOf(app, sale)
    app.stripe.pay(page.sessionId)
    const cancel = () => requestCancellation(app, sale.actor, { subscriptionId, when: 'period_end', reason: 'other' })
    await race([() => app.work(), ...racers(cancel)])
  }
  await app.work()
  for (const sale of sales) {
    const ending = await agreementOf(app, sale)
    assert.ok(ending.cancelOn?.equals(ending.currentPeriodEnd), 'it ends when what is paid does')
    const after = (await listDocuments(app, sale.customer.id)).at(-1)!.invoice
    const credit = await app.db
      .selectFrom('creditGrants')
      .select('amountMinor')
      .where('customerId', '=', sale.customer.id)
      .execute()
    assert.deepEqual(
      [after.state, ending.currentPeriodEnd.toString(), credit],
      after.state === 'paid' ? ['paid', '2027-05-01', []] : ['void', '2027-04-01', [{ amountMinor: 900n }]],
    )
  }
  assert.deepEqual(await runChecks(app), [])
})

test('of two servers of one customer that change at once to a plan each may have once, one does', async () => {
  goTo(app, '2027-03-01')
  await sql`update plans set max_per_customer = 1 where slug = 'vps-professional'`.execute(app.db)
  for (let round = 0; round < CUSTOMERS * 2; round += 1) {
    const sale = await buildPaidOrder(app)
    await buildPaidOrder(app, { buyer: sale })
    const agreements = await app.db
      .selectFrom('subscriptions')
      .select('id')
      .where('customerId', '=', sale.customer.id)
      .execute()
    const quotes = await Promise.all(
      agreements.map(({ id: subscriptionId }) =>
        quoteChange(app, sale.actor, { subscriptionId, plan: 'vps-professional' }),
      ),
    )
    const outcomes = await race(
      quotes.map(
        ({ id: changeId }) =>
          () =>
            acceptChange(app, sale.actor, { changeId }),
      ),
    )
    assert.deepEqual(outcomes.toSorted().at(0), 'done')
    assert.ok(['plan_limit_reached', 'quote_stale'].includes(outcomes.toSorted().at(1)!), outcomes.join())
  }
  await sql`update plans set max_per_customer = null`.execute(app.db)
})
