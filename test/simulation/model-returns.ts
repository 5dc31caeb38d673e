import { type CardPayment, hasService, isBy, least, type ModelCustomer, type ModelRefund } from './model.ts'
import { addCredit, giveCredit } from './model-money.ts'
import { terminate } from './model-night.ts'

const isReserved = ({ state }: ModelRefund): boolean => state === 'pending' || state === 'needs_person'

/** What of a payment's document may still be corrected through it, beside refunds whose outcome is not known. */
function roomOf(customer: ModelCustomer, payment: CardPayment): bigint {
  const { document } = payment
  if (document?.state !== 'paid') return 0n
  const waiting = customer.refunds
    .filter((refund) => isReserved(refund) && refund.payment.document === document)
    .reduce((all, { documentMinor }) => all + documentMinor, 0n)
  const left = least(document.totalMinor - document.creditedMinor, payment.amountMinor - payment.correctedMinor)
  return left > waiting ? left - waiting : 0n
}

/** How much of it can go back to its card: what its document still takes, and what the customer has as credit. */
export function mostOf(customer: ModelCustomer, payment: CardPayment): bigint {
  const credit = customer.credit.get(payment.currency) ?? 0n
  return least(roomOf(customer, payment) + credit, payment.amountMinor - payment.refundedMinor)
}

/** Reserves an amount: first of the document, then of the customer's credit; what is more than both is goodwill. */
export function reserve(
  customer: ModelCustomer,
  payment: CardPayment,
  { amountMinor, service, sentOn }: Pick<ModelRefund, 'amountMinor' | 'service' | 'sentOn'>,
): ModelRefund {
  const documentMinor = least(roomOf(customer, payment), amountMinor)
  const creditMinor = least(customer.credit.get(payment.currency) ?? 0n, amountMinor - documentMinor)
  payment.refundedMinor += amountMinor
  addCredit(customer, payment.currency, -creditMinor)
  const refund = { payment, amountMinor, documentMinor, creditMinor, service, sentOn, state: 'pending' as const }
  customer.refunds.push(refund)
  return refund
}

/** The money left: its document is corrected, and what was chosen for the server it paid for comes true. */
export function succeed(customer: ModelCustomer, refund: ModelRefund, today: Temporal.PlainDate): void {
  const { payment, documentMinor, service } = refund
  refund.state = 'succeeded'
  payment.correctedMinor += documentMinor
  if (payment.document) payment.document.creditedMinor += documentMinor
  if (!payment.document || !hasService(payment.document) || customer.isTerminated) return
  if (service === 'suspend') customer.suspensions.add('by_staff')
  if (service === 'terminate') terminate(customer, today)
}

/** Staff give a refund up that never was at the gateway. */
export function giveUp(customer: ModelCustomer, refund: ModelRefund, today: Temporal.PlainDate): void {
  refund.state = 'failed'
  refund.payment.refundedMinor -= refund.amountMinor
  giveCredit(customer, { currency: refund.payment.currency, amountMinor: refund.creditMinor }, today)
}

/** What the gateway does not know a day later is given to a person. */
export function passToPerson(customer: ModelCustomer, today: Temporal.PlainDate): void {
  for (const refund of customer.refunds)
    if (refund.state === 'pending' && !isBy(today, refund.sentOn)) refund.state = 'needs_person'
}

/** A dispute marks its payment; what it paid for is suspended only where the seller wants that. */
export function contest(customer: ModelCustomer, payment: CardPayment): void {
  payment.dispute = 'open'
  const isServed = payment.document && hasService(payment.document) && !customer.isTerminated
  if (customer.disputesSuspend && isServed) customer.suspensions.add('dispute')
}

/** The bank decides; what is won lifts the suspension, unless another dispute holds the server still. */
export function decide(customer: ModelCustomer, payment: CardPayment, verdict: 'won' | 'lost'): void {
  payment.dispute = verdict
  const holds = ({ document, dispute, forgiven }: CardPayment): boolean =>
    (dispute === 'open' || dispute === 'lost') && !forgiven && document !== undefined && hasService(document)
  if (verdict === 'won' && !customer.payments.some(holds)) customer.suspensions.delete('dispute')
}

/** Staff lift what staff or a dispute suspended. */
export function lift(customer: ModelCustomer, reason: 'by_staff' | 'dispute'): void {
  customer.suspensions.delete(reason)
  if (reason === 'dispute') for (const payment of customer.payments) if (payment.dispute) payment.forgiven = true
}
