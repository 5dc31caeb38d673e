import type { ForecastRow, ForecastSum } from '#modules/billing/forecasts/forecast-queries.ts'
import type { ForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import type { ForecastKind } from '#platform/schema.ts'
import type { staffForecastsMessages } from '../messages/staff-forecasts.ts'

/** The kinds that stand as figures by week and by day. */
export const FIGURES = ['invoice', 'payment', 'failed_payment', 'mail', 'suspension', 'termination'] as const

type Words = (typeof staffForecastsMessages)['en']
type TriedSetting = { label: string; before: string; after: string }

/** The settings that were tried and are not today's, in words. A dunning step is the same step when it does the same. */
export function triedOf(today: ForecastSettings, tried: ForecastSettings, words: Words): TriedSetting[] {
  const { changes, every } = words
  const found: TriedSetting[] = []
  const add = (label: string, before: string, after: string): void => {
    if (before !== after) found.push({ label, before, after })
  }
  add(changes.lead, changes.daysBefore(today.renewalLeadDays), changes.daysBefore(tried.renewalLeadDays))
  const leads = [...today.renewalLeads, ...tried.renewalLeads]
  for (const { intervalUnit, intervalCount } of leads.filter(
    (lead, at) => leads.findIndex((each) => sameInterval(each, lead)) === at,
  )) {
    const of = (settings: ForecastSettings): string => {
      const lead = settings.renewalLeads.find((each) => sameInterval(each, { intervalUnit, intervalCount }))
      return lead ? changes.daysBefore(lead.days) : changes.house
    }
    add(changes.leadFor(every[intervalUnit](intervalCount)), of(today), of(tried))
  }
  const late = ({ latePeriodFromPayment }: ForecastSettings): string =>
    latePeriodFromPayment ? changes.fromPayment : changes.fromEnd
  add(changes.late, late(today), late(tried))
  for (const action of Object.keys(words.actions) as (keyof Words['actions'])[]) {
    const of = ({ dunningSteps }: ForecastSettings): string =>
      dunningSteps
        .filter((step) => step.action === action)
        .map(({ day }) => words.onDay(day))
        .join(', ') || changes.none
    add(words.actions[action], of(today), of(tried))
  }
  return found
}

type Interval = Pick<ForecastSettings['renewalLeads'][number], 'intervalUnit' | 'intervalCount'>
const sameInterval = (a: Interval, b: Interval): boolean =>
  a.intervalUnit === b.intervalUnit && a.intervalCount === b.intervalCount

export type RowView = ReturnType<typeof rowView>

/** A row as pages and files show it; `shift` is by how many days it comes later with the settings tried. */
export const rowView = (row: ForecastRow) => ({
  key: String(row.position),
  kind: row.kind,
  template: row.template,
  customerId: row.customerId,
  customerName: row.customerName,
  serviceId: row.serviceId,
  hostname: row.hostname,
  dueOn: row.dueOn?.toString() ?? null,
  currency: row.currency,
  todayOn: row.todayOn?.toString() ?? null,
  changedOn: row.changedOn?.toString() ?? null,
  todayMinor: row.todayMinor,
  changedMinor: row.changedMinor,
  differs: row.differs,
  shift: row.todayOn && row.changedOn ? row.todayOn.until(row.changedOn).days : null,
})

/** How a row differs, in words: "3 days earlier", "would be new". */
export function differenceOf(
  { todayOn, changedOn, shift, differs }: Pick<RowView, 'todayOn' | 'changedOn' | 'shift' | 'differs'>,
  words: Words,
): string {
  if (!differs) return words.same
  if (todayOn === null) return words.onlyChanged
  if (changedOn === null) return words.onlyToday
  if (shift) return shift < 0 ? words.earlier(-shift) : words.later(shift)
  return words.otherAmount
}

type Both = { today: number; changed: number }
type BothMinor = { today: bigint; changed: bigint }

/** How often each kind happens on either side, in the order in which kinds are told of; those that never do are left out. */
export function countsOf(
  sums: readonly ForecastSum[],
  kinds: readonly ForecastKind[],
): ({ kind: ForecastKind } & Both)[] {
  return kinds
    .map((kind) => ({ kind, ...bothOf(sums.filter((sum) => sum.kind === kind)) }))
    .filter(({ today, changed }) => today + changed > 0)
}

const bothOf = (sums: readonly ForecastSum[]): Both => {
  const side = (wanted: ForecastSum['side']): number =>
    sums.filter((sum) => sum.side === wanted).reduce((total, { happenings }) => total + happenings, 0)
  return { today: side('today'), changed: side('changed') }
}

const minorOf = (sums: readonly ForecastSum[]): BothMinor => {
  const side = (wanted: ForecastSum['side']): bigint =>
    sums.filter((sum) => sum.side === wanted).reduce((total, { amountMinor }) => total + amountMinor, 0n)
  return { today: side('today'), changed: side('changed') }
}

/** By week or month and currency: what is invoiced and what comes in, on either side. */
export function moneyOf(
  sums: readonly ForecastSum[],
): { currency: string; steps: { from: string; invoiced: BothMinor; paid: BothMinor }[] }[] {
  const currencies = [
    ...new Set(sums.filter(({ kind }) => kind === 'invoice' || kind === 'payment').map(({ currency }) => currency)),
  ]
  const froms = [...new Set(sums.map(({ from }) => from))]
  return currencies.toSorted().map((currency) => ({
    currency,
    steps: froms.map((from) => {
      const of = (kind: ForecastKind): BothMinor =>
        minorOf(sums.filter((sum) => sum.from === from && sum.kind === kind && sum.currency === currency))
      return { from, invoiced: of('invoice'), paid: of('payment') }
    }),
  }))
}

/** How often each of these kinds happens in each week, on either side. */
export const weeksOf = (sums: readonly ForecastSum[], kinds: readonly ForecastKind[]) =>
  [...new Set(sums.map(({ from }) => from))].map((from) => ({
    from,
    counts: kinds.map((kind) => bothOf(sums.filter((sum) => sum.from === from && sum.kind === kind))),
  }))
