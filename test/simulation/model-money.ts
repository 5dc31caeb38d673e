import {
  hasService,
  isOpen,
  leadOf,
  least,
  type Line,
  type ModelCustomer,
  type ModelDocument,
  notePaying,
  openRest,
  spanOf,
  startOf,
} from './model.ts'
import { applyPaidChange } from './model-apply.ts'

/** The gateway charges nothing below this. */
const LEAST_CHARGED = new Map([['GBP', 30n]])
const LEAST_OF_OTHERS = 50n

const leastOf = ({ currency }: ModelDocument): bigint => LEAST_CHARGED.get(currency) ?? LEAST_OF_OTHERS
export const isTooSmall = (document: ModelDocument): boolean => openRest(document) < leastOf(document)

/** An attempt to collect by ourselves: from credit, then from the saved card. */
export function collect(
  customer: ModelCustomer,
  document: ModelDocument,
  today: Temporal.PlainDate,
): 'refused' | 'not refused' {
  useCredit(customer, document, today)
  if (!isOpen(document) || !customer.autoPay || isTooSmall(document)) return 'not refused'
  if (customer.refusals > 0) return 'refused'
  payByCard(customer, document, today)
  return 'not refused'
}

/** A card pays all that is open. */
export function payByCard(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): void {
  const { currency } = document
  const amountMinor = openRest(document)
  const payment = { currency, amountMinor, refundedMinor: 0n, document, correctedMinor: 0n, dispute: undefined }
  customer.payments.push(payment)
  receive(customer, document, amountMinor, today)
}

export function useCredit(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): void {
  const credit = customer.credit.get(document.currency) ?? 0n
  const [open, smallest] = [openRest(document), leastOf(document)]
  const leavesEnough = open < smallest || open - credit >= smallest
  const used = credit >= open ? open : leavesEnough ? credit : open - smallest
  if (used === 0n) return
  addCredit(customer, document.currency, -used)
  receive(customer, document, used, today)
}

export function addCredit(customer: ModelCustomer, currency: string, amountMinor: bigint): void {
  customer.credit.set(currency, (customer.credit.get(currency) ?? 0n) + amountMinor)
}

/** Credit that comes in pays open renewals in its currency by itself, the first due first. */
export function giveCredit(
  customer: ModelCustomer,
  { currency, amountMinor }: { currency: string; amountMinor: bigint },
  today: Temporal.PlainDate,
): void {
  addCredit(customer, currency, amountMinor)
  const open = customer.documents.filter(
    (document) => isOpen(document) && document.purpose === 'renewal' && document.currency === currency,
  )
  for (const document of open.toSorted((a, b) => Temporal.PlainDate.compare(a.dueOn, b.dueOn)))
    useCredit(customer, document, today)
}

/** Money for an open document; what it does not take becomes credit. */
export function receive(
  customer: ModelCustomer,
  document: ModelDocument,
  amountMinor: bigint,
  today: Temporal.PlainDate,
): void {
  const taken = least(openRest(document), amountMinor)
  document.paidMinor += taken
  if (openRest(document) > 0n) return
  document.state = 'paid'
  if (document.purpose === 'change') applyPaidChange(customer, document)
  else {
    for (const line of document.lines) begin(customer, line, document, today)
    notePaying(document)
    if (hasService(document)) customer.suspensions.delete('non_payment')
  }
  const { currency } = document
  if (amountMinor > taken) giveCredit(customer, { currency, amountMinor: amountMinor - taken }, today)
}

/** What a renewal paid for begins: at the old end, or with the payment where the service was suspended for the want of it. */
function begin(customer: ModelCustomer, line: Line, document: ModelDocument, today: Temporal.PlainDate): void {
  const { agreement } = line
  if (agreement.state === 'cancelled') return
  const isLate = document.suspended || (agreement.hasService && customer.suspensions.has('non_payment'))
  agreement.state = 'active'
  if (isLate) {
    agreement.anchor = today
    agreement.periods = 1
    agreement.billedUntil = startOf(today, agreement.interval, 1)
  }
  agreement.start = isLate ? today : document.dueOn
  agreement.end = agreement.billedUntil
  agreement.nextBillingOn = agreement.cancelOn ? null : agreement.end.subtract({ days: leadOf(agreement.interval) })
  line.start = agreement.start
  line.end = agreement.end
  agreement.spans.push(spanOf(customer, document, line))
}
