import { Problem } from '#platform/problem.ts'
import type { IntervalUnit, Schema } from '#platform/schema.ts'
import type { GatewayItem, GatewaySubscription } from '../gateway-subscriptions.ts'
import { periodStart, type Subscription } from '../subscription.ts'
import { taxDocument, type TaxTreatment } from '../tax.ts'
import { adoptionBusy } from './make-wish.ts'

/** How an agreement stands that runs as a subscription at the gateway. */
export type Adoption = Schema['adoptions']

/** The gateway goes on with these by itself. */
const RUNNING = new Set(['active', 'trialing'])
const LATE = new Set(['past_due', 'unpaid', 'paused', 'incomplete'])

/** How the agreement stands by what the gateway says of its subscription; one that has ended there ends here. */
export const stateAt = ({ status, ended }: Pick<GatewaySubscription, 'status' | 'ended'>): Subscription['state'] =>
  ended ? 'cancelled' : LATE.has(status) ? 'past_due' : 'active'

/** An agreement's calendar: its anchor, and how many periods from there the gateway has been paid for. */
type Calendar = { anchor: Temporal.PlainDate; periods: number }

/**
 * The calendar that goes on where the gateway's period ends, on the gateway's own anchor if that meets the day, so that an anchor
 * on the 31st comes back after February; else from that day on. Days are of the seller's time zone.
 */
export function calendarAt(
  anchor: Temporal.PlainDate,
  end: Temporal.PlainDate,
  { intervalUnit, intervalCount }: { intervalUnit: IntervalUnit; intervalCount: number },
): Calendar {
  const estimate = Math.floor(
    anchor.until(end, { largestUnit: UNITS[intervalUnit] })[UNITS[intervalUnit]] / intervalCount,
  )
  for (const periods of [estimate, estimate + 1])
    if (periods > 0 && periodStart(anchor, intervalUnit, intervalCount, periods).equals(end)) return { anchor, periods }
  return { anchor: end, periods: 0 }
}

const UNITS = { day: 'days', week: 'weeks', month: 'months', year: 'years', once: 'days' } as const

/** What the gateway charges for a period, in minor units, before tax that it adds on top. */
export const chargedMinor = ({ items }: Pick<GatewaySubscription, 'items'>): bigint =>
  items.reduce((sum, { unitMinor, quantity }) => sum + (unitMinor ?? 0n) * BigInt(quantity), 0n)

/**
 * What one piece costs in our agreement so that a period costs what it costs at the gateway, as the seller states prices. Where
 * that cannot be met to the cent, it is the next lower: nobody pays more because they were moved.
 */
export function agreedUnit(
  { unitMinor = 0n, quantity, taxOnTop }: GatewayItem,
  treatment: TaxTreatment,
  pricesIncludeTax: boolean,
): bigint {
  if (taxOnTop === !pricesIncludeTax) return unitMinor
  const pieces = BigInt(quantity)
  if (taxOnTop) return taxDocument([unitMinor * pieces], treatment, false).totalMinor / pieces
  const total = unitMinor * pieces
  const { subtotalMinor } = taxDocument([total], treatment, true)
  let net = subtotalMinor / pieces + 1n
  while (net > 0n && taxDocument([net * pieces], treatment, false).totalMinor > total) net -= 1n
  return net
}

/** Why a subscription of the gateway cannot be adopted as it stands; undefined when it can. */
export function adoptObstacle(theirs: GatewaySubscription, sold: ReadonlySet<string>): Problem | undefined {
  const refusal = (code: string, message: string): Problem => new Problem('conflict', code, message)
  const [item] = theirs.items
  if (theirs.ended) return refusal('adoption_ended', 'This subscription has ended at Stripe. Nothing is left to adopt.')
  if (!RUNNING.has(theirs.status) && theirs.status !== 'past_due')
    return refusal(
      'adoption_status',
      `At Stripe this subscription is ${theirs.status}. Bring it back to active there, then adopt it.`,
    )
  if (theirs.items.length !== 1 || !item)
    return refusal(
      'adoption_several_items',
      'This subscription has several items. Split it at Stripe into one subscription for each, then adopt them.',
    )
  if (item.unitMinor === undefined)
    return refusal(
      'adoption_price',
      'Its price is metered or has tiers. Give it a fixed price at Stripe, then adopt it.',
    )
  if (!sold.has(item.currency))
    return refusal(
      'adoption_currency',
      `We do not sell in ${item.currency}. Switch the currency on in the settings, then adopt it.`,
    )
  return undefined
}

type MoveObstacle = 'discounted' | 'scheduled' | 'on_hold' | 'several_items' | 'price'

/** What of it we could not go on with at the same price. */
export function moveObstacle(theirs: GatewaySubscription): MoveObstacle | null {
  if (theirs.items.length !== 1) return 'several_items'
  if (theirs.items[0]!.unitMinor === undefined) return 'price'
  if (theirs.discounted) return 'discounted'
  if (theirs.scheduled) return 'scheduled'
  return theirs.onHold ? 'on_hold' : null
}

const MOVE_WORDS: Record<MoveObstacle, string> = {
  discounted: 'It has a discount at Stripe. Let it run out or remove it there, then move it over.',
  scheduled: 'A change is planned for it at Stripe. Cancel it there, then move it over.',
  on_hold: 'Its collection is paused at Stripe. Resume it there, then move it over.',
  several_items: 'It has several items at Stripe. Split it there, then move it over.',
  price: 'Its price at Stripe is metered or has tiers. Give it a fixed price there, then move it over.',
}

/** What stands against moving an agreement over; undefined when nothing does. `paidDay` is the day the gateway's period ends. */
export function requireMovable(
  subscription: Subscription,
  adoption: Adoption,
  paidDay: Temporal.PlainDate,
): Problem | undefined {
  const refusal = (code: string, message: string): Problem => new Problem('conflict', code, message)
  if (subscription.state === 'cancelled') return refusal('subscription_cancelled', 'This subscription has ended.')
  if (subscription.billedBy === 'us') return refusal('adoption_moved', 'This subscription is billed by us already.')
  if (adoption.wish !== null) return adoptionBusy()
  if (!adoption.renews || subscription.cancelOn)
    return refusal('adoption_ending', 'This subscription ends. Take the cancellation back first, then move it over.')
  if (subscription.state === 'past_due' || !paidDay.equals(subscription.currentPeriodEnd))
    return refusal('adoption_unpaid', 'The period it is in is not paid at Stripe yet. Move it over once it is.')
  if (adoption.cannotMove !== null)
    return refusal(`adoption_${adoption.cannotMove}`, MOVE_WORDS[adoption.cannotMove as MoveObstacle])
  return undefined
}

/** Whether the period it is in was paid to the gateway, so that there is no document of ours for it. */
export const isPaidElsewhere = (
  subscription: Pick<
    Subscription,
    | 'billedBy'
    | 'gatewaySubscriptionId'
    | 'currentPeriodStart'
    | 'anchor'
    | 'intervalUnit'
    | 'intervalCount'
    | 'periodsElsewhere'
  >,
): boolean =>
  subscription.billedBy === 'gateway' ||
  (subscription.gatewaySubscriptionId !== null &&
    Temporal.PlainDate.compare(
      subscription.currentPeriodStart,
      periodStart(
        subscription.anchor,
        subscription.intervalUnit,
        subscription.intervalCount,
        subscription.periodsElsewhere,
      ),
    ) < 0)

/** A moment as a day where the seller is. */
export const dayOf = (moment: Temporal.Instant, timeZone: string): Temporal.PlainDate =>
  moment.toZonedDateTimeISO(timeZone).toPlainDate()
