import type { Change } from '#modules/billing/change.ts'
import { ChangeDetail } from '#modules/billing/change-detail.ts'
import type { ChangeChoices } from '#modules/billing/list-change-choices.ts'
import type { ChangeWanted } from '#modules/billing/price-change.ts'
import { type SubscriptionDetail, type SubscriptionSummary, viewOf } from '#modules/billing/subscription-queries.ts'
import { periodOf } from '#modules/catalog/interval.ts'
import type { Locale } from '#platform/i18n.ts'
import { adoptionView } from './adoption-view.ts'
import { iso, isoOrNull } from './view.ts'

/** An agreement as lists show it. */
export type SubscriptionRow = ReturnType<typeof subscriptionRow>

export const subscriptionRow = (subscription: SubscriptionSummary) => ({
  id: subscription.id,
  description: subscription.description,
  hostname: subscription.hostname,
  view: viewOf(subscription),
  customerId: subscription.customerId,
  customerName: subscription.customerName,
  currency: subscription.currency,
  nextMinor: subscription.nextMinor,
  intervalUnit: subscription.intervalUnit,
  intervalCount: subscription.intervalCount,
  // What is paid once has no end.
  paidUntil: subscription.intervalUnit === 'once' ? null : iso(subscription.currentPeriodEnd),
  cancelOn: dayOrNull(subscription.cancelOn),
  createdAt: iso(subscription.createdAt),
})

const dayOrNull = (day: Temporal.PlainDate | null): string | null => day?.toString() ?? null

/** An agreement as its page shows it. */
export type SubscriptionView = ReturnType<typeof subscriptionView>

export const subscriptionView = ({
  subscription,
  items,
  change,
  coming,
  service,
  nextMinor,
  pricesIncludeTax,
  adoption,
}: SubscriptionDetail) => ({
  id: subscription.id,
  description: subscription.description,
  view: viewOf(subscription),
  currency: subscription.currency,
  amountMinor: subscription.amountMinor,
  nextMinor,
  pricesIncludeTax,
  intervalUnit: subscription.intervalUnit,
  intervalCount: subscription.intervalCount,
  periodStart: iso(subscription.currentPeriodStart),
  // The last day that is paid for.
  periodLast: iso(subscription.currentPeriodEnd.subtract({ days: 1 })),
  paidUntil: iso(subscription.currentPeriodEnd),
  // Nothing is paid beyond the trial yet.
  inTrial: subscription.trialEndsOn?.equals(subscription.currentPeriodEnd) ?? false,
  cancelOn: dayOrNull(subscription.cancelOn),
  cancelReason: subscription.cancelReason,
  cancelNote: subscription.cancelNote,
  adoption: adoptionView(subscription, adoption),
  createdAt: iso(subscription.createdAt),
  items: items.map(({ id, description, quantity, unitMinor, amountMinor }) => ({
    id,
    description,
    quantity,
    unitMinor,
    amountMinor,
  })),
  coming: coming && { amountMinor: coming.amountMinor, from: coming.from.toString() },
  service: service && { id: service.id, hostname: service.hostname, state: service.state },
  change: change && {
    id: change.id,
    state: change.state,
    invoiceId: change.invoiceId,
    lapsesAt: isoOrNull(change.lapsesAt),
    startsOn: iso(change.startsOn),
  },
})

/** What a change costs, line by line. */
export type QuoteView = ReturnType<typeof quoteView>

export function quoteView(change: Change) {
  const { periods, charges, credits, coupons, restarts, dueTaxMinor, inTrial } = ChangeDetail.parse(change.detail)
  const last = (end: string): string => Temporal.PlainDate.from(end).subtract({ days: 1 }).toString()
  return {
    id: change.id,
    state: change.state,
    currency: change.currency,
    periods: periods.map(({ end, from, days, ofDays, creditMinor, chargeMinor }) => ({
      from,
      last: last(end),
      days,
      ofDays,
      creditMinor: BigInt(creditMinor),
      chargeMinor: BigInt(chargeMinor),
    })),
    charges: charges.map(({ description, quantity, chargeMinor }) => ({
      description,
      quantity,
      minor: BigInt(chargeMinor),
    })),
    credits: credits
      .filter(({ creditMinor }) => BigInt(creditMinor) > 0n)
      .map(({ description, quantity, creditMinor }) => ({ description, quantity, minor: BigInt(creditMinor) })),
    couponsToday: coupons.filter(({ today }) => today).map(({ name }) => name),
    couponsNext: coupons.filter(({ next }) => next).map(({ name }) => name),
    restarts,
    newPeriod: change.newPeriod,
    startsOn: iso(change.startsOn),
    inTrial,
    waits: periods.length === 0 && !inTrial,
    taxBasisPoints: change.taxBasisPoints,
    dueTaxMinor: BigInt(dueTaxMinor),
    dueMinor: change.dueMinor,
    creditMinor: change.creditMinor,
    nextMinor: change.nextMinor,
    nextOn: iso(change.nextOn),
    expiresAt: iso(change.expiresAt),
  }
}

/** What can be chosen, and what is chosen now or was asked for last. */
export type ChoicesView = ReturnType<typeof choicesView>

export function choicesView(
  { basis, obstacle, plans, options, periods }: ChangeChoices,
  wanted: ChangeWanted,
  locale: Locale,
) {
  const { subscription, service } = basis
  const period = wanted.period ?? periodOf(subscription)
  return {
    what: service?.hostname ?? subscription.description,
    currency: subscription.currency,
    obstacle: obstacle && { code: obstacle.code, message: obstacle.message },
    period,
    periods,
    plan: wanted.plan ?? (plans.find(({ current }) => current) ?? plans.find(({ successor }) => successor))?.slug,
    /** The present plan is sold no longer: another one has to be chosen. */
    retired: plans.every(({ current }) => !current),
    plans: plans.map(({ name, prices, ...plan }) => ({ ...plan, name: name[locale], minor: prices[period] })),
    options: options.map(({ name, summary, prices, choices, ...option }) => {
      const asked = wanted.options?.find(({ code }) => code === option.code)
      return {
        ...option,
        name: name[locale],
        summary: summary[locale],
        minor: prices[period],
        choices: choices.flatMap((choice) => {
          const minor = choice.prices[period]
          return minor === undefined ? [] : [{ code: choice.code, name: choice.name[locale], minor }]
        }),
        wanted: wanted.options ? (asked?.quantity ?? 0) : option.held,
        wantedChoice: wanted.options ? (asked?.choice ?? null) : option.heldChoice,
      }
    }),
  }
}
