import {
  afterCoupon,
  agreementsOf,
  daysFrom,
  hasService,
  isBy,
  isOpen,
  leadOf,
  type Line,
  type ModelAgreement,
  type ModelCustomer,
  type ModelDocument,
  newDocument,
  startOf,
  sum,
} from './model.ts'
import { end, endCancelled, lapse } from './model-changes.ts'
import { collect, useCredit } from './model-money.ts'

const ATTEMPT_DAYS = [0, 1, 3, 7]
const [WARN_DAY, SUSPEND_DAY, FINAL_DAY, TERMINATE_DAY] = [4, 5, 25, 30]

/** What the evening of a day does, or the minutes after the midnight with which it began. */
export function passNight(customer: ModelCustomer, today: Temporal.PlainDate, isMidnight = false): void {
  lapse(customer, today, isMidnight)
  endCancelled(customer, today)
  for (const document of renew(customer, today)) useCredit(customer, document, today)
  const open = customer.documents.filter((document) => isOpen(document) && document.purpose === 'renewal')
  const asked = new Map(open.map((document) => [document, dun(customer, document, today)]))
  const refused = open.filter((document) => asked.get(document) === 'refused')
  if (refused.length > 0) customer.refusals -= 1
  // While a charge is under way nobody is warned or suspended: what is due then is done the next day.
  for (const document of open)
    if (isOpen(document) && hasService(document) && !refused.includes(document)) escalate(customer, document, today)
}

/** What a renewal charges, as priced, and what a coupon takes off it; it uses up one of those the coupon is for. */
function chargeOf({ parts, discount }: ModelAgreement): Pick<Line, 'parts' | 'share'> {
  if (!discount || discount.left === 0) return { parts, share: 0n }
  if (discount.left !== null) discount.left -= 1
  return { parts: afterCoupon(parts, discount.share), share: discount.share }
}

/** The document of a day that nobody has touched is taken back and made anew with what else is due then. */
function untouchedOf(
  customer: ModelCustomer,
  { currency, dueOn }: Pick<ModelDocument, 'currency' | 'dueOn'>,
  today: Temporal.PlainDate,
): Line[] {
  const untouched = customer.documents.find(
    (document) =>
      isOpen(document) &&
      document.purpose === 'renewal' &&
      document.currency === currency &&
      document.dueOn.equals(dueOn) &&
      document.paidMinor === 0n,
  )
  if (!untouched || isBy(dueOn, today)) return []
  untouched.state = 'void'
  return untouched.lines
}

function renew(customer: ModelCustomer, today: Temporal.PlainDate): ModelDocument[] {
  const groups = new Map<string, Line[]>()
  for (const agreement of customer.agreements) {
    while (agreement.nextBillingOn && isBy(agreement.nextBillingOn, today)) {
      const dueOn = agreement.billedUntil
      agreement.periods += 1
      agreement.billedUntil = startOf(agreement.anchor, agreement.interval, agreement.periods)
      agreement.nextBillingOn = null
      if (sum(agreement.parts) === 0n) {
        agreement.start = dueOn
        agreement.end = agreement.billedUntil
        agreement.nextBillingOn = agreement.end.subtract({ days: leadOf(agreement.interval) })
      } else {
        const key = `${agreement.currency} ${dueOn.toString()}`
        const line = { agreement, ...chargeOf(agreement), start: dueOn, end: agreement.billedUntil }
        groups.set(key, [...(groups.get(key) ?? []), line])
      }
    }
  }
  const made = [...groups].map(([key, lines]): ModelDocument => {
    const [currency, day] = key.split(' ') as [string, string]
    const dueOn = Temporal.PlainDate.from(day)
    const before = untouchedOf(customer, { currency, dueOn }, today)
    return newDocument(customer, { purpose: 'renewal', currency, dueOn, lines: [...before, ...lines] })
  })
  customer.documents.push(...made)
  return made.toSorted((a, b) => Temporal.PlainDate.compare(a.dueOn, b.dueOn))
}

/** The card is asked on the days of the policy; what was missed becomes one attempt. */
function dun(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): 'refused' | 'not refused' {
  const late = daysFrom(document.dueOn, today)
  if (late > 0)
    for (const agreement of agreementsOf(document)) if (agreement.state === 'active') agreement.state = 'past_due'
  const due = ATTEMPT_DAYS.filter((day) => day <= late && !document.attempts.has(day))
  for (const day of due) document.attempts.add(day)
  return due.length > 0 ? collect(customer, document, today) : 'not refused'
}

/** Each step follows the one before it as long after as the policy says, however late that one was. */
function escalate(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): void {
  const { steps, dueOn } = document
  const isDue = (day: number, before?: { on: Temporal.PlainDate | undefined; day: number }): boolean => {
    if (!isBy(dueOn.add({ days: day }), today)) return false
    if (!before) return true
    return before.on !== undefined && isBy(before.on.add({ days: day - before.day }), today)
  }
  if (!steps.warn && isDue(WARN_DAY)) steps.warn = today
  if (!steps.suspend && isDue(SUSPEND_DAY, { on: steps.warn, day: WARN_DAY })) {
    steps.suspend = today
    document.suspended = true
    customer.suspensions.add('non_payment')
  }
  if (!steps.final && isDue(FINAL_DAY, { on: steps.suspend, day: SUSPEND_DAY })) steps.final = today
  if (isDue(TERMINATE_DAY, { on: steps.final, day: FINAL_DAY })) terminate(customer, today)
}

/** The server goes, its agreement ends, and what else its documents billed is billed anew. */
export function terminate(customer: ModelCustomer, today: Temporal.PlainDate): void {
  customer.isTerminated = true
  for (const agreement of customer.agreements)
    if (agreement.hasService && agreement.state !== 'cancelled') end(customer, agreement, today)
}
