import { z } from 'zod'
import type { App } from '#app/app.ts'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import type { Invitation } from '#modules/accounts/invitation.ts'
import { renewInvitation, requireNoMember } from '#modules/accounts/invite-member.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requireOnService, requireRight, SERVICE_ACTIONS } from '#modules/accounts/permissions.ts'
import { EmailField } from '#modules/accounts/user.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { lockService } from './lock-service.ts'

export const LendServiceInput = z.strictObject({
  email: EmailField,
  /** What they may do besides looking at it. */
  actions: z
    .array(z.enum(SERVICE_ACTIONS, { error: `Please choose among ${SERVICE_ACTIONS.join(', ')}.` }))
    .max(SERVICE_ACTIONS.length)
    .default(['service.read']),
  /** From the day it is accepted; null lends it until it is taken back. */
  days: z.union([z.int().min(1).max(365), z.null()]).default(7),
})
export type LendServiceInput = z.output<typeof LendServiceInput>

const PER_CUSTOMER = { name: 'lend', attempts: 30, perSeconds: 3_600 }

/**
 * Asks somebody by mail to use one service, for chosen actions and a time; nobody lends what they may not do. Throws
 * `permission_denied`, `confirmation_needed`, `service_not_found`, `service_terminated`, `already_member`,
 * `too_many_attempts`.
 */
export async function lendService(
  app: App,
  actor: Actor,
  { serviceId, email, actions, days }: { serviceId: string } & LendServiceInput,
): Promise<Invitation> {
  requireRight(actor, 'service.lend')
  requireConfirmed(actor, app.clock.now())
  const customerId = actingCustomerId(actor)
  const wanted = [...new Set(['service.read' as const, ...actions])].toSorted()
  for (const action of wanted) requireOnService(actor, serviceId, action)
  await app.limits.take(PER_CUSTOMER, customerId)
  return app.transaction(actor, async (tx) => {
    await lockCustomer(tx, customerId)
    const service = await lockService(tx, serviceId)
    if (service.state === 'terminated')
      throw new Problem('conflict', 'service_terminated', 'This server has ended, so it cannot be lent.')
    await requireNoMember(tx, customerId, email)
    return renewInvitation(tx, { customerId, email, serviceId: service.id, actions: wanted, lentDays: days })
  })
}
