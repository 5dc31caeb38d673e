import { mayDo, requirePermission, requireRight, visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { isPaidElsewhere } from './adoption/adoption.ts'
import type { ChangeBasis } from './change-basis.ts'

/** The customer whose agreements this actor may change; undefined for staff who may, and the house. Throws `permission_denied`. */
export function ownerWhoChanges(actor: Actor): string | undefined {
  if (actor.kind === 'staff') requirePermission(actor, 'customer.update')
  return visibleWith(actor, actor.kind === 'staff' ? 'customer.update' : 'order.place')
}

/** The same for ending agreements and taking that back. */
export function ownerWhoCancels(actor: Actor): string | undefined {
  requireRight(actor, 'order.cancel')
  return visibleWith(actor, 'order.cancel')
}

/** What of this the pages offer. */
export const mayChange = (actor: Actor): boolean =>
  mayDo(actor, actor.kind === 'staff' ? 'customer.update' : 'order.place')
export const mayCancel = (actor: Actor): boolean => mayDo(actor, 'order.cancel')

/**
 * Why an agreement cannot be changed as it stands; undefined when it can: `subscription_cancelled`, `subscription_billed_by_gateway`, `subscription_past_due`,
 * `subscription_ending`, `subscription_paid_once`, `subscription_in_trial`, `subscription_changing`, or `service_suspended` and the like.
 */
export function findObstacle({ subscription, service, today }: Omit<ChangeBasis, 'digest'>): Problem | undefined {
  const refusal = (code: string, message: string): Problem => new Problem('conflict', code, message)
  if (subscription.state === 'cancelled') return refusal('subscription_cancelled', 'This subscription has ended.')
  if (isPaidElsewhere(subscription))
    return refusal(
      'subscription_billed_by_gateway',
      'The period it is in is billed by Stripe. It can be changed once we bill it.',
    )
  if (subscription.cancelOn)
    return refusal('subscription_ending', 'This subscription ends soon. Take the cancellation back first.')
  if (subscription.state === 'past_due' || Temporal.PlainDate.compare(today, subscription.currentPeriodEnd) >= 0)
    return refusal('subscription_past_due', 'The last period is not paid yet. Please pay it first.')
  if (subscription.intervalUnit === 'once')
    return refusal('subscription_paid_once', 'This was paid once and does not renew, so there is nothing to change.')
  if (subscription.trialEndsOn && Temporal.PlainDate.compare(today, subscription.trialEndsOn) < 0)
    return refusal(
      'subscription_in_trial',
      'This is still in its free trial. You can change it once the trial is over.',
    )
  if (!service) return undefined
  if (service.state !== 'active')
    return refusal(`service_${service.state}`, `This server is ${service.state}, so it cannot be changed now.`)
  if (service.busy)
    return refusal('subscription_changing', 'Something is being done with this server. Please try again in a minute.')
  return undefined
}
