import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import { lockSubscription } from '../apply-change.ts'
import { cancelLocked } from '../cancel-subscription.ts'
import type { GatewayInvoice, GatewaySubscription } from '../gateway-subscriptions.ts'
import type { SavedMethod } from '../payment-gateway.ts'
import { savePaymentMethod } from '../save-payment-method.ts'
import type { LegalEntity } from '../seller.ts'
import type { Subscription } from '../subscription.ts'
import { type Adoption, calendarAt, chargedMinor, dayOf, moveObstacle, stateAt } from './adoption.ts'
import { makeWish } from './make-wish.ts'
import { recordInvoices } from './record-invoices.ts'

/** What the gateway answered, all asked for after `asOf` of the wall clock. */
export type Standing = {
  theirs: GatewaySubscription
  invoices: readonly GatewayInvoice[]
  /** What it charges by itself, when it has that. */
  method: SavedMethod | undefined
  asOf: Temporal.Instant
  /** What one piece costs in our agreement, in minor units. */
  unitMinor: bigint
}

const LOOK_HOURS = 24
const WISH_MINUTES = 10

/**
 * Takes over how a subscription stands at the gateway: its invoices, its period, whether it is late, ends or has ended, and whether
 * it did what it was asked. An older answer changes nothing, and nothing brings back what has ended.
 */
export async function recordStanding(
  tx: Tx,
  input: { subscriptionId: string; seller: LegalEntity; standing: Standing; askedVersion: number | undefined },
): Promise<void> {
  const { subscriptionId, seller, standing, askedVersion } = input
  const subscription = await lockSubscription(tx, subscriptionId)
  const adoption = await tx.db
    .selectFrom('adoptions')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (Temporal.Instant.compare(standing.asOf, adoption.lookedAt) < 0) return
  const { customerId } = subscription
  await recordInvoices(tx, { subscriptionId, customerId, timeZone: seller.timeZone }, standing.invoices)
  if (adoption.endedAt) return
  const { theirs } = standing
  const answered = adoption.wish !== null && askedVersion === adoption.wishVersion && isDone(adoption.wish, theirs)
  const open = adoption.wish !== null && !answered
  await tx.db
    .updateTable('adoptions')
    .set({
      status: theirs.status,
      renews: theirs.renews,
      periodEnd: theirs.periodEnd,
      amountMinor: chargedMinor(theirs),
      gatewayMethodId: theirs.gatewayMethodId ?? null,
      cannotMove: moveObstacle(theirs),
      lookedAt: standing.asOf,
      lookAt: theirs.ended ? null : standing.asOf.add(open ? { minutes: WISH_MINUTES } : { hours: LOOK_HOURS }),
      endedAt: theirs.ended ? (theirs.endsAt ?? standing.asOf) : null,
      ...(answered || theirs.ended ? { wish: null, wishedAt: null } : {}),
      updatedAt: tx.now,
    })
    .where('subscriptionId', '=', subscriptionId)
    .execute()
  if (subscription.billedBy === 'us') return watchMoved(tx, subscription, adoption, theirs)
  if (subscription.state === 'cancelled') return
  const followed = await followPeriod(tx, { subscription, adoption, seller, standing })
  const moves = adoption.wish === 'move' || (adoption.wish === 'renew' && theirs.ended)
  if (moves && (answered || theirs.ended)) return moveOver(tx, followed, seller, standing)
  await followState(tx, { subscription: followed, theirs, seller, settled: !open })
}

const isDone = (wish: Adoption['wish'], theirs: GatewaySubscription): boolean =>
  theirs.ended || (wish === 'renew' ? theirs.renews : wish === 'end_now' ? false : !theirs.renews)

/** One that we bill must not renew there: whoever switched that on again is overruled. */
async function watchMoved(
  tx: Tx,
  { id: subscriptionId, customerId }: Subscription,
  adoption: Adoption,
  theirs: GatewaySubscription,
): Promise<void> {
  if (!theirs.renews || adoption.movedAt === null || adoption.wish !== null) return
  await tx.emit('adoption.renews_again', subscriptionId, { customerId, after: { status: theirs.status } })
  await makeWish(tx, { subscriptionId, wish: 'move' })
}

type Following = { subscription: Subscription; adoption: Adoption; seller: LegalEntity; standing: Standing }

/** The period that was paid last becomes the agreement's, and what is charged there its price. Periods never go back. */
async function followPeriod(tx: Tx, { subscription, adoption, seller, standing }: Following): Promise<Subscription> {
  const { theirs, unitMinor } = standing
  const item = theirs.items.length === 1 ? theirs.items[0]! : undefined
  const interval = item ?? subscription
  const { intervalUnit, intervalCount } = interval
  const paid = paidPeriod(standing)
  const [start, end] = [paid.start, paid.end].map((moment) => dayOf(moment, seller.timeZone)) as [
    Temporal.PlainDate,
    Temporal.PlainDate,
  ]
  const goesOn = Temporal.PlainDate.compare(end, subscription.currentPeriodEnd) > 0
  const anew = item?.unitMinor !== undefined && chargedMinor(theirs) !== adoption.amountMinor
  if (!goesOn && !anew) return subscription
  const { anchor, periods } = calendarAt(dayOf(theirs.anchor, seller.timeZone), end, interval)
  const updated = await tx.db
    .updateTable('subscriptions')
    .set({
      ...(goesOn
        ? {
            intervalUnit,
            intervalCount,
            anchor,
            periods,
            periodsElsewhere: periods,
            currentPeriodStart: start,
            currentPeriodEnd: end,
            billedUntil: end,
          }
        : {}),
      ...(anew ? { amountMinor: unitMinor * BigInt(item.quantity) } : {}),
      updatedAt: tx.now,
    })
    .where('id', '=', subscription.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (anew) await changePrice(tx, subscription, { unitMinor, quantity: item.quantity })
  if (goesOn)
    await tx.emit('subscription.renewed', subscription.id, {
      customerId: subscription.customerId,
      before: { periodEnd: subscription.currentPeriodEnd.toString() },
      after: { periodStart: start.toString(), periodEnd: end.toString(), billedBy: 'gateway' },
    })
  return updated
}

async function changePrice(
  tx: Tx,
  subscription: Subscription,
  of: { unitMinor: bigint; quantity: number },
): Promise<void> {
  const { unitMinor, quantity } = of
  await tx.db
    .updateTable('subscriptionItems')
    .set({ unitMinor, quantity, amountMinor: unitMinor * BigInt(quantity) })
    .where('subscriptionId', '=', subscription.id)
    .where('kind', '=', 'plan')
    .execute()
  await tx.emit('subscription.repriced', subscription.id, {
    customerId: subscription.customerId,
    before: { amountMinor: subscription.amountMinor },
    after: { amountMinor: unitMinor * BigInt(quantity), billedBy: 'gateway' },
  })
}

/** The period that is paid for: of the invoice that was paid last, the trial, or what it is in while there is no such invoice. */
export function paidPeriod({ theirs, invoices }: Pick<Standing, 'theirs' | 'invoices'>): {
  start: Temporal.Instant
  end: Temporal.Instant
} {
  const inIt = { start: theirs.periodStart, end: theirs.periodEnd }
  if (theirs.status === 'trialing') return inIt
  const paid = invoices
    .filter(
      ({ status, periodStart, periodEnd }) => status === 'paid' && Temporal.Instant.compare(periodEnd, periodStart) > 0,
    )
    .toSorted((a, b) => Temporal.Instant.compare(b.periodEnd, a.periodEnd))[0]
  return paid ? { start: paid.periodStart, end: paid.periodEnd } : inIt
}

/** From the end of the gateway's period on it is billed by us, at the price that was charged there. */
async function moveOver(tx: Tx, subscription: Subscription, seller: LegalEntity, standing: Standing): Promise<void> {
  const { id, customerId, currentPeriodEnd } = subscription
  if (standing.method) await savePaymentMethod(tx, customerId, standing.method)
  const { anchor, periods } = calendarAt(dayOf(standing.theirs.anchor, seller.timeZone), currentPeriodEnd, subscription)
  await sql`
    update subscriptions s set billed_by = 'us', anchor = ${anchor}, periods = ${periods}, periods_elsewhere = ${periods},
      next_billing_on = s.billed_until - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count), updated_at = ${tx.now}
    where s.id = ${id}`.execute(tx.db)
  await tx.db
    .updateTable('adoptions')
    .set({ movedFrom: currentPeriodEnd, movedAt: tx.now })
    .where('subscriptionId', '=', id)
    .execute()
  await tx.emit('adoption.moved', id, {
    customerId,
    before: { billedBy: 'gateway' },
    after: { billedBy: 'us', movedFrom: currentPeriodEnd.toString(), amountMinor: subscription.amountMinor },
  })
}

/** Late, paid again, ending or ended, as the gateway has it. While it is being told something, whether it ends is ours to say. */
async function followState(
  tx: Tx,
  of: { subscription: Subscription; theirs: GatewaySubscription; seller: LegalEntity; settled: boolean },
): Promise<void> {
  const { subscription, theirs, seller, settled } = of
  const { id, customerId } = subscription
  const state = stateAt(theirs)
  if (state === 'cancelled') {
    await cancelLocked(tx, subscription, [])
    return
  }
  if (state !== subscription.state) {
    await tx.db.updateTable('subscriptions').set({ state, updatedAt: tx.now }).where('id', '=', id).execute()
    await tx.emit(state === 'past_due' ? 'subscription.past_due' : 'subscription.caught_up', id, {
      customerId,
      before: { state: subscription.state },
      after: { state, status: theirs.status },
    })
  }
  if (!settled) return
  const endsOn = theirs.renews || !theirs.endsAt ? null : dayOf(theirs.endsAt, seller.timeZone)
  if (endsOn === null ? subscription.cancelOn === null : subscription.cancelOn?.equals(endsOn)) return
  await tx.db.updateTable('subscriptions').set({ cancelOn: endsOn, updatedAt: tx.now }).where('id', '=', id).execute()
  // Who asked for it here was told then; another day is the same cancellation.
  if (endsOn === null || subscription.cancelOn === null)
    await tx.emit(endsOn ? 'subscription.cancellation_requested' : 'subscription.cancellation_undone', id, {
      customerId,
      before: { cancelOn: subscription.cancelOn?.toString() ?? null },
      after: { cancelOn: endsOn?.toString() ?? null, when: 'period_end', at: 'gateway' },
    })
}
