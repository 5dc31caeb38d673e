import assert from 'node:assert/strict'
import type { ApiClient } from './api-client.ts'
import { goTo } from './billing-builders.ts'
import { passNightOfChanges } from './change-builders.ts'
import type { TestApp } from './test-app.ts'

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
export type StorySubscription = {
  id: string
  state: string
  amountMinor: number
  currentPeriodStart: string
  currentPeriodEnd: string
  cancelOn: string | null
}
type Change = { id: string; state: string; dueMinor: number; creditMinor: number; nextMinor: number; nextOn: string }

/** What a customer's program sees of their money over the API, night by night, beside what the gateway and the books say. */
export function billingStory(app: TestApp, api: ApiClient) {
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

  async function agreement(): Promise<StorySubscription> {
    const { body } = await api.get<{ data: StorySubscription[] }>('/subscriptions')
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

  return { night, nights, documents, last, lastIs, agreement, agreementIs, serviceIs, change, heldByStripe, inTheBooks }
}
