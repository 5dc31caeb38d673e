import type { BalanceTransaction, Memory } from './stripe-simulator-memory.ts'

/** What moved on the seller's balance at Stripe. */

type Movement = {
  type: 'charge' | 'payment' | 'refund' | 'refund_failure' | 'adjustment'
  /** Stripe's own word for reports, such as `dispute` or `dispute_reversal`. */
  category: string
  /** Negative when it leaves the balance. */
  amount: number
  currency: string
  fee?: number
  source: string
  description?: string | null
}

const TWO_DAYS = 2 * 86_400

/** What Stripe keeps of a charge. */
export const chargeFee = (amount: number): number => Math.round(amount * 0.015) + 25

export function moveMoney(memory: Memory, movement: Movement): BalanceTransaction {
  const { amount, currency, fee = 0, source, type } = movement
  const details = {
    amount: fee,
    application: null,
    currency,
    description: 'Stripe processing fees',
    type: 'stripe_fee',
  }
  const made: BalanceTransaction = {
    id: memory.newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: memory.now() + TWO_DAYS,
    balance_type: 'payments',
    created: memory.now(),
    currency,
    description: movement.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [details],
    net: amount - fee,
    reporting_category: movement.category,
    source,
    status: 'pending',
    type,
  }
  memory.balance.set(made.id, made)
  return made
}
