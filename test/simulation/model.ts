import { allocate, roundHalfUp } from '#platform/money.ts'

/**
 * What our billing rules promise, told a second time in plain values: no database and no code of the product but the rounding
 * of money. It knows days, not moments, and the default steps of dunning. Amounts are minor units.
 */
export type Interval = { unit: 'day' | 'week' | 'month' | 'year'; count: number }

/** A period that is paid for: what was paid for its days from `from` on, as priced, and what a coupon took off it. */
export type Span = {
  start: Temporal.PlainDate
  end: Temporal.PlainDate
  from: Temporal.PlainDate
  paidMinor: bigint
  share: bigint
}

/** What of a document still pays for periods of an agreement, which end on these days. */
export type Paying = { document: ModelDocument; leftMinor: bigint; ends: Temporal.PlainDate[] }

/** What a change of the agreement makes of it. */
export type Wanted = { parts: bigint[]; interval: Interval }

export type ModelAgreement = {
  interval: Interval
  currency: string
  /** What its plan and each of its options cost per period, with tax, as a customer at home pays it. */
  parts: bigint[]
  /** Whether a server hangs on it. */
  hasService: boolean
  /** What a coupon takes off its renewals, in basis points, and of how many still; null means all. */
  discount?: { share: bigint; left: number | null } | undefined
  state: 'active' | 'past_due' | 'cancelled'
  anchor: Temporal.PlainDate
  periods: number
  start: Temporal.PlainDate
  end: Temporal.PlainDate
  billedUntil: Temporal.PlainDate
  nextBillingOn: Temporal.PlainDate | null
  cancelOn: Temporal.PlainDate | null
  spans: Span[]
  /** The newest last. */
  paying: Paying[]
  /** A change that was accepted and waits for its money. */
  pending?: {
    document: ModelDocument
    wanted: Wanted
    spans: Span[]
    newPeriod: boolean
    acceptedOn: Temporal.PlainDate
  }
}

export type Line = {
  agreement: ModelAgreement
  /** What it costs part by part, as priced, after what a coupon took off. */
  parts: bigint[]
  share: bigint
  /** What it is for begins and ends. */
  start: Temporal.PlainDate
  end: Temporal.PlainDate
}

export type ModelDocument = {
  purpose: 'order' | 'renewal' | 'change'
  currency: string
  dueOn: Temporal.PlainDate
  totalMinor: bigint
  paidMinor: bigint
  creditedMinor: bigint
  state: 'open' | 'paid' | 'void'
  lines: Line[]
  /** Attempts to collect that were made, by their day after the due day. */
  attempts: Set<number>
  /** The nights in which it was warned of, suspended for, and warned of for the last time. */
  steps: { warn?: Temporal.PlainDate; suspend?: Temporal.PlainDate; final?: Temporal.PlainDate }
  suspended: boolean
}

/** Money that a card brought, and what became of it. */
export type CardPayment = {
  currency: string
  amountMinor: bigint
  refundedMinor: bigint
  /** What it paid; nothing of ours where it bought credit. */
  document: ModelDocument | undefined
  /** What of its document it has taken back. */
  correctedMinor: bigint
  dispute: 'open' | 'won' | 'lost' | undefined
  /** Staff gave the server back although it was contested. */
  forgiven?: boolean
}

export type ModelRefund = {
  payment: CardPayment
  amountMinor: bigint
  documentMinor: bigint
  creditMinor: bigint
  service: 'keep' | 'suspend' | 'terminate'
  state: 'pending' | 'succeeded' | 'needs_person' | 'failed'
  sentOn: Temporal.PlainDate
}

export type ModelCustomer = {
  /** Whether no tax is charged: the domestic tax is taken out of the price then. */
  isAbroad: boolean
  autoPay: boolean
  /** In how many nights in which it is asked the bank still refuses the saved card. */
  refusals: number
  /** Whether the seller suspends what a contested payment was for. */
  disputesSuspend: boolean
  credit: Map<string, bigint>
  agreements: ModelAgreement[]
  documents: ModelDocument[]
  payments: CardPayment[]
  refunds: ModelRefund[]
  isTerminated: boolean
  /** Why the server is suspended. */
  suspensions: Set<'non_payment' | 'by_staff' | 'dispute'>
}

const LEAD_DAYS = 14
const HOME_TAX = 19n

export const isBy = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(a, b) <= 0
export const daysFrom = (from: Temporal.PlainDate, until: Temporal.PlainDate): number =>
  from.until(until, { largestUnit: 'days' }).days
export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, each) => all + each, 0n)
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

export const isOpen = ({ state }: ModelDocument): boolean => state === 'open'
export const openRest = ({ totalMinor, paidMinor }: ModelDocument): bigint => totalMinor - paidMinor
export const agreementsOf = ({ lines }: ModelDocument): ModelAgreement[] => lines.map(({ agreement }) => agreement)
export const hasService = (document: ModelDocument): boolean =>
  agreementsOf(document).some((agreement) => agreement.hasService)

export function newAgreement(
  today: Temporal.PlainDate,
  agreed: Pick<ModelAgreement, 'interval' | 'currency' | 'parts' | 'hasService' | 'discount'>,
): ModelAgreement {
  const end = startOf(today, agreed.interval, 1)
  return {
    ...agreed,
    state: 'active',
    anchor: today,
    periods: 1,
    start: today,
    end,
    billedUntil: end,
    nextBillingOn: end.subtract({ days: leadOf(agreed.interval) }),
    cancelOn: null,
    spans: [],
    paying: [],
  }
}

export function startOf(anchor: Temporal.PlainDate, { unit, count }: Interval, index: number): Temporal.PlainDate {
  const steps = count * index
  if (unit === 'year') return anchor.add({ years: steps })
  if (unit === 'month') return anchor.add({ months: steps })
  return anchor.add({ days: unit === 'week' ? steps * 7 : steps })
}

export function leadOf({ unit, count }: Interval): number {
  if (unit === 'day') return Math.min(LEAD_DAYS, Math.floor(count / 2))
  return unit === 'week' ? Math.min(LEAD_DAYS, 3 * count) : LEAD_DAYS
}

/** What a customer pays for prices that include the tax at home. */
export const totalOf = (priceMinor: bigint, isAbroad: boolean): bigint =>
  isAbroad ? priceMinor - roundHalfUp(priceMinor * HOME_TAX, 100n + HOME_TAX) : priceMinor

/** What parts cost after a coupon, which takes its share off each. */
export const afterCoupon = (parts: readonly bigint[], share: bigint): bigint[] =>
  parts.map((part) => part - roundHalfUp(part * share, 10_000n))

/** What each line of a document really asks for: the document is rounded once, and divided by largest remainder. */
export function sharesOf({ totalMinor, lines }: Pick<ModelDocument, 'totalMinor' | 'lines'>): bigint[] {
  const shares = allocate(
    totalMinor,
    lines.flatMap(({ parts }) => parts),
  )
  return lines.map(({ parts }) => sum(shares.splice(0, parts.length)))
}

/** What was really paid, as prices are told: abroad, with the domestic tax that had been taken out. */
export const asPriced = (paidMinor: bigint, isAbroad: boolean): bigint =>
  isAbroad ? roundHalfUp(paidMinor * (100n + HOME_TAX), 100n) : paidMinor

/** A document that asks for what its lines come to. */
export const newDocument = (
  customer: Pick<ModelCustomer, 'isAbroad'>,
  made: Pick<ModelDocument, 'purpose' | 'currency' | 'dueOn' | 'lines'>,
): ModelDocument => ({
  ...made,
  totalMinor: totalOf(sum(made.lines.flatMap(({ parts }) => parts)), customer.isAbroad),
  paidMinor: 0n,
  creditedMinor: 0n,
  state: 'open',
  attempts: new Set(),
  steps: {},
  suspended: false,
})

/** Notes what a paid document is worth to the agreements it paid for: a period, or what is told of a change. */
export function notePaying(document: ModelDocument, ends?: Temporal.PlainDate[]): void {
  const shares = sharesOf(document)
  for (const [index, { agreement, end }] of document.lines.entries())
    agreement.paying.push({ document, leftMinor: shares[index]!, ends: ends ?? [end] })
}

/** What pays for days that are not over, the newest first. */
export const payingOf = ({ paying }: ModelAgreement, today: Temporal.PlainDate): Paying[] =>
  paying.filter(({ ends }) => ends.some((end) => !isBy(end, today))).toReversed()

/** What a paid document bought an agreement: a period, at what was really paid for it. */
export function spanOf({ isAbroad }: Pick<ModelCustomer, 'isAbroad'>, document: ModelDocument, line: Line): Span {
  const { start, end, share } = line
  const paidMinor = asPriced(sharesOf(document)[document.lines.indexOf(line)]!, isAbroad)
  return { start, end, from: start, paidMinor, share }
}
