/**
 * What our billing rules promise, told a second time in plain values: no database and no code of the product. It knows days, not
 * moments, and the default steps of dunning. Amounts are minor units.
 */
export type Interval = { unit: 'day' | 'week' | 'month'; count: number }

export type ModelAgreement = {
  interval: Interval
  currency: string
  /** With tax, per period, as a customer at home pays it. */
  priceMinor: bigint
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
}

export type ModelDocument = {
  currency: string
  dueOn: Temporal.PlainDate
  totalMinor: bigint
  paidMinor: bigint
  state: 'open' | 'paid' | 'void'
  agreements: ModelAgreement[]
  /** What they come to together, as priced. */
  priceMinor: bigint
  /** Attempts to collect that were made, by their day after the due day. */
  attempts: Set<number>
  suspended: boolean
}

export type ModelCustomer = {
  /** Whether no tax is charged: the domestic tax is taken out of the price then. */
  isAbroad: boolean
  autoPay: boolean
  /** In how many nights in which it is asked the bank still refuses the saved card. */
  refusals: number
  credit: Map<string, bigint>
  agreements: ModelAgreement[]
  documents: ModelDocument[]
  service: 'active' | 'suspended' | 'terminated'
}

const ATTEMPT_DAYS = [0, 1, 3, 7]
const SUSPEND_DAY = 5
const TERMINATE_DAY = 30
const LEAD_DAYS = 14
/** The gateway charges nothing below this. */
const LEAST_CHARGED = new Map([['GBP', 30n]])
const LEAST_OF_OTHERS = 50n
const HOME_TAX = 19n

const isBy = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(a, b) <= 0

export const isOpen = ({ state }: ModelDocument): boolean => state === 'open'

export function newAgreement(
  today: Temporal.PlainDate,
  agreed: Pick<ModelAgreement, 'interval' | 'currency' | 'priceMinor' | 'hasService' | 'discount'>,
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
  }
}

function startOf(anchor: Temporal.PlainDate, { unit, count }: Interval, index: number): Temporal.PlainDate {
  const steps = count * index
  if (unit === 'month') return anchor.add({ months: steps })
  return anchor.add({ days: unit === 'week' ? steps * 7 : steps })
}

function leadOf({ unit, count }: Interval): number {
  if (unit === 'day') return Math.min(LEAD_DAYS, Math.floor(count / 2))
  return unit === 'week' ? Math.min(LEAD_DAYS, 3 * count) : LEAD_DAYS
}

/** What a customer pays for prices that include the tax at home. */
export function totalOf(priceMinor: bigint, isAbroad: boolean): bigint {
  if (!isAbroad) return priceMinor
  const doubled = 2n * priceMinor * HOME_TAX
  return priceMinor - (doubled / (100n + HOME_TAX) + 1n) / 2n
}

/** What the night of a day does, in the order in which the product's jobs run. */
export function passNight(customer: ModelCustomer, today: Temporal.PlainDate): void {
  const made = renew(customer, today)
  for (const document of made) useCredit(customer, document, today)
  const open = customer.documents.filter(isOpen)
  const asked = open.map((document) => dun(customer, document, today))
  if (asked.includes('refused')) customer.refusals -= 1
  for (const document of open)
    if (isOpen(document) && daysLate(document, today) >= TERMINATE_DAY && hasService(document))
      terminate(customer, document, today)
}

const daysLate = ({ dueOn }: ModelDocument, today: Temporal.PlainDate): number =>
  dueOn.until(today, { largestUnit: 'days' }).days
const hasService = ({ agreements }: ModelDocument): boolean => agreements.some((agreement) => agreement.hasService)

/** What a renewal charges, as priced; it uses up one of those a coupon is for. */
function chargeOf({ priceMinor, discount }: ModelAgreement): bigint {
  if (!discount || discount.left === 0) return priceMinor
  if (discount.left !== null) discount.left -= 1
  return priceMinor - (priceMinor * discount.share * 2n + 10_000n) / 20_000n
}

/** The document of a day that nobody has touched is taken back and made anew with what else is due then. */
function takeBack(
  customer: ModelCustomer,
  { currency, dueOn }: Pick<ModelDocument, 'currency' | 'dueOn'>,
  today: Temporal.PlainDate,
): Pick<ModelDocument, 'agreements' | 'priceMinor'> {
  const untouched = customer.documents.find(
    (document) =>
      isOpen(document) && document.currency === currency && document.dueOn.equals(dueOn) && document.paidMinor === 0n,
  )
  if (!untouched || isBy(dueOn, today)) return { agreements: [], priceMinor: 0n }
  untouched.state = 'void'
  return untouched
}

function renew(customer: ModelCustomer, today: Temporal.PlainDate): ModelDocument[] {
  const groups = new Map<string, ModelAgreement[]>()
  for (const agreement of customer.agreements) {
    while (agreement.nextBillingOn && isBy(agreement.nextBillingOn, today)) {
      const dueOn = agreement.billedUntil
      agreement.periods += 1
      agreement.billedUntil = startOf(agreement.anchor, agreement.interval, agreement.periods)
      agreement.nextBillingOn = null
      if (agreement.priceMinor === 0n) {
        agreement.start = dueOn
        agreement.end = agreement.billedUntil
        agreement.nextBillingOn = agreement.end.subtract({ days: leadOf(agreement.interval) })
      } else {
        const key = `${agreement.currency} ${dueOn.toString()}`
        groups.set(key, [...(groups.get(key) ?? []), agreement])
      }
    }
  }
  const made = [...groups].map(([key, agreements]): ModelDocument => {
    const [currency, day] = key.split(' ') as [string, string]
    const dueOn = Temporal.PlainDate.from(day)
    const before = takeBack(customer, { currency, dueOn }, today)
    const priceMinor = agreements.reduce((sum, each) => sum + chargeOf(each), before.priceMinor)
    return {
      currency,
      dueOn,
      priceMinor,
      totalMinor: totalOf(priceMinor, customer.isAbroad),
      paidMinor: 0n,
      state: 'open',
      agreements: [...before.agreements, ...agreements],
      attempts: new Set(),
      suspended: false,
    }
  })
  customer.documents.push(...made)
  return made
}

function dun(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): 'refused' | 'not refused' {
  const late = daysLate(document, today)
  if (late > 0)
    for (const agreement of document.agreements) if (agreement.state === 'active') agreement.state = 'past_due'
  const due = ATTEMPT_DAYS.filter((day) => day <= late && !document.attempts.has(day))
  for (const day of due) document.attempts.add(day)
  const outcome = due.length > 0 ? collect(customer, document, today) : 'not refused'
  if (!isOpen(document) || !hasService(document)) return outcome
  if (late >= SUSPEND_DAY && !document.suspended) {
    document.suspended = true
    customer.service = 'suspended'
  }
  return outcome
}

function collect(
  customer: ModelCustomer,
  document: ModelDocument,
  today: Temporal.PlainDate,
): 'refused' | 'not refused' {
  useCredit(customer, document, today)
  if (!isOpen(document) || !customer.autoPay || isTooSmall(document)) return 'not refused'
  if (customer.refusals > 0) return 'refused'
  receive(customer, document, document.totalMinor - document.paidMinor, today)
  return 'not refused'
}

const leastOf = ({ currency }: ModelDocument): bigint => LEAST_CHARGED.get(currency) ?? LEAST_OF_OTHERS
const isTooSmall = (document: ModelDocument): boolean => document.totalMinor - document.paidMinor < leastOf(document)

function useCredit(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): void {
  const credit = customer.credit.get(document.currency) ?? 0n
  const open = document.totalMinor - document.paidMinor
  const least = leastOf(document)
  const leavesEnough = open < least || open - credit >= least
  const used = credit >= open ? open : leavesEnough ? credit : open - least
  if (used === 0n) return
  addCredit(customer, document.currency, -used)
  receive(customer, document, used, today)
}

function addCredit(customer: ModelCustomer, currency: string, amountMinor: bigint): void {
  customer.credit.set(currency, (customer.credit.get(currency) ?? 0n) + amountMinor)
}

/** Credit that comes in pays what is open in its currency by itself, the first due first. */
export function giveCredit(
  customer: ModelCustomer,
  { currency, amountMinor }: { currency: string; amountMinor: bigint },
  today: Temporal.PlainDate,
): void {
  addCredit(customer, currency, amountMinor)
  const open = customer.documents.filter((document) => isOpen(document) && document.currency === currency)
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
  const open = document.totalMinor - document.paidMinor
  const taken = amountMinor < open ? amountMinor : open
  document.paidMinor += taken
  if (document.paidMinor < document.totalMinor) return
  document.state = 'paid'
  for (const agreement of document.agreements) begin(agreement, document, today)
  if (document.suspended) customer.service = 'active'
  const { currency } = document
  if (amountMinor > taken) giveCredit(customer, { currency, amountMinor: amountMinor - taken }, today)
}

function begin(agreement: ModelAgreement, document: ModelDocument, today: Temporal.PlainDate): void {
  if (agreement.state === 'cancelled') return
  agreement.state = 'active'
  if (document.suspended) {
    agreement.anchor = today
    agreement.periods = 1
    agreement.billedUntil = startOf(today, agreement.interval, 1)
  }
  agreement.start = document.suspended ? today : document.dueOn
  agreement.end = agreement.billedUntil
  agreement.nextBillingOn = agreement.end.subtract({ days: leadOf(agreement.interval) })
}

/** The server goes, its agreement ends, and what else the document billed is billed anew. */
function terminate(customer: ModelCustomer, document: ModelDocument, today: Temporal.PlainDate): void {
  customer.service = 'terminated'
  document.state = 'void'
  for (const agreement of document.agreements) {
    agreement.periods -= 1
    agreement.billedUntil = document.dueOn
    agreement.nextBillingOn = agreement.hasService
      ? null
      : document.dueOn.subtract({ days: leadOf(agreement.interval) })
    if (agreement.hasService) agreement.state = 'cancelled'
  }
  giveCredit(customer, { currency: document.currency, amountMinor: document.paidMinor }, today)
}

/** How a customer stands, to be compared with what the product says. */
export const presentModel = (customer: ModelCustomer): Standing => ({
  service: customer.service,
  credit: [...customer.credit]
    .filter(([, amount]) => amount !== 0n)
    .map(([currency, amount]) => `${amount} ${currency}`)
    .toSorted(),
  agreements: customer.agreements
    .map(({ currency, state, start, end, billedUntil, nextBillingOn }) =>
      [currency, state, start, end, billedUntil, nextBillingOn ?? 'nothing to bill'].join(' '),
    )
    .toSorted(),
  documents: customer.documents
    .map(({ currency, dueOn, totalMinor, paidMinor, state }) =>
      [currency, dueOn, state, totalMinor, paidMinor].join(' '),
    )
    .toSorted(),
})

export type Standing = { service: string; credit: string[]; agreements: string[]; documents: string[] }
