import { decideDispute, isDecided, isWarning, openDispute } from './stripe-simulator-disputes.ts'
import { settleDebit } from './stripe-simulator-checkout.ts'
import { advanceByDays } from './stripe-simulator-clocks.ts'
import { type Charge, type Dispute, type Memory, nobody, type Subscription } from './stripe-simulator-memory.ts'
import { renewCard } from './stripe-simulator-methods.ts'
import { createRefund, failRefund } from './stripe-simulator-refunds.ts'
import { missing } from './stripe-simulator-refusal.ts'
import { changeSettings, type Settings, settingsOf } from './stripe-simulator-settings.ts'

/** A payment as the seller's Dashboard shows it. Amounts are Stripe's integers. */
type DashboardPayment = {
  /** pi_… */
  id: string
  status: Charge['status']
  amount: number
  refunded: number
  currency: string
  createdAt: string
  description: string
  disputes: { id: string; status: Dispute['status']; warning: boolean; decided: boolean }[]
  refunds: { id: string; amount: number; status: string }[]
}

type DashboardSubscription = {
  id: string
  customer: string
  status: string
  cancels: boolean
  /** Stripe's integer for one period. */
  amount: number
  currency: string
  periodEndAt: string
  clockId: string | undefined
}

type DashboardClock = { id: string; name: string; at: string; customers: number }

/** What the seller does in the Dashboard, and what banks do to him: nothing our program asks for. */
export type Dashboard = {
  /** Newest first. */
  payments(): DashboardPayment[]
  /** Sends money back as the seller's people would by hand: all that is left, or `amount`. Throws when refused. */
  refund(paymentId: string, amount?: number): void
  /** A refund that was said to have arrived turns out not to have. */
  failRefund(refundId: string): void
  openDispute(paymentId: string, inquiry?: boolean): string
  decideDispute(disputeId: string, verdict: 'won' | 'lost'): void
  /** The banks tell about every direct debit now. */
  settleDebits(): void
  /** A bank sends the holder of a saved card a new one with the same number, and the card network tells of its date. */
  renewCard(methodId: string, until: { month: number; year: number }): void
  subscriptions(): DashboardSubscription[]
  clocks(): DashboardClock[]
  /** Moves a test clock on, with all that happens on its way. Throws when that is too far. */
  advanceClock(clockId: string, days: number): void
  settings(): Settings
  changeSettings(change: Partial<Omit<Settings, 'id'>>): void
}

function chargeOf(memory: Memory, paymentId: string): Charge {
  const charge = memory.charges.get(memory.intents.get(paymentId)?.latest_charge ?? '')
  if (!charge) throw missing('payment_intent', paymentId)
  return charge
}

function present(memory: Memory, charge: Charge): DashboardPayment {
  const disputes = memory.disputes.values().filter((each) => each.charge === charge.id)
  const refunds = memory.refunds.values().filter((each) => each.charge === charge.id)
  return {
    id: charge.payment_intent ?? charge.id,
    status: charge.status,
    amount: charge.amount,
    refunded: charge.amount_refunded,
    currency: charge.currency,
    createdAt: iso(charge.created),
    description: charge.description ?? '',
    disputes: disputes.map((each) => ({
      id: each.id,
      status: each.status,
      warning: isWarning(each),
      decided: isDecided(each),
    })),
    refunds: refunds.map(({ id, amount, status }) => ({ id, amount, status: status ?? '' })),
  }
}

const iso = (seconds: number): string => new Date(seconds * 1_000).toISOString()

const presentSubscription = (each: Subscription): DashboardSubscription => ({
  id: each.id,
  customer: each.customer,
  status: each.status,
  cancels: each.cancel_at_period_end,
  amount: each.items.data.reduce((sum, item) => sum + (item.price.unit_amount ?? 0) * (item.quantity ?? 1), 0),
  currency: each.currency,
  periodEndAt: iso(Math.min(...each.items.data.map((item) => item.current_period_end))),
  clockId: each.test_clock ?? undefined,
})

export function dashboard(memory: Memory): Dashboard {
  const act = <T>(work: () => T): T => memory.during(nobody, work)
  return {
    payments: () =>
      memory.charges
        .values()
        .filter((charge) => charge.status !== 'failed')
        .toReversed()
        .map((charge) => present(memory, charge)),
    refund: (paymentId, amount) => {
      act(() => createRefund(memory, { payment_intent: paymentId, amount }))
    },
    renewCard: (methodId, until) => {
      act(() => renewCard(memory, methodId, until))
    },
    failRefund: (refundId) => {
      act(() => failRefund(memory, refundId))
    },
    openDispute: (paymentId, inquiry = false) =>
      act(() => openDispute(memory, chargeOf(memory, paymentId), { inquiry })).id,
    decideDispute: (disputeId, verdict) => {
      const dispute = memory.disputes.get(disputeId)
      if (!dispute) throw missing('dispute', disputeId)
      act(() => decideDispute(memory, dispute, verdict))
    },
    settleDebits: () => {
      act(() => {
        for (const { id } of memory.debits.values()) settleDebit(memory, id)
      })
    },
    subscriptions: () => memory.subscriptions.values().toReversed().map(presentSubscription),
    clocks: () =>
      memory.clocks
        .values()
        .toReversed()
        .map((clock) => ({
          id: clock.id,
          name: clock.name ?? '',
          at: iso(clock.frozen_time),
          customers: memory.customers.values().filter((each) => 'test_clock' in each && each.test_clock === clock.id)
            .length,
        })),
    advanceClock: (clockId, days) => {
      advanceByDays(memory, clockId, days)
    },
    settings: () => settingsOf(memory),
    changeSettings: (change) => {
      changeSettings(memory, change)
    },
  }
}
