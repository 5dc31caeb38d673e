import { z } from 'zod'
import { repairWith } from '#modules/billing/repair-finding.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { grantEntitlements } from './grant-entitlements.ts'
import { revokeEntitlements } from './revoke-entitlements.ts'

const actor = system('entitlements')

/** `proof_finding.repairing` → grants what an agreement is for, or revokes what one that ended left, and proves it again. */
export const repairEntitlements = job({
  name: 'entitlements.repair-entitlements',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  run: (app, { subjectId: findingId }) =>
    repairWith(app, findingId, ['grant', 'revoke'], ({ subjectId: subscriptionId }) =>
      app.transaction(actor, (tx) => matchToState(tx, subscriptionId)),
    ),
})

async function matchToState(tx: Tx, subscriptionId: string): Promise<void> {
  const { state, customerId } = await tx.db
    .selectFrom('subscriptions')
    .select(['state', 'customerId'])
    .where('id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (state === 'cancelled') return revokeEntitlements(tx, { subscriptionId })
  const agreed = await tx.db
    .selectFrom('subscriptionItems')
    .select(['code', 'kind', 'quantity'])
    .where('subscriptionId', '=', subscriptionId)
    .execute()
  const held = await tx.db
    .selectFrom('entitlements')
    .select(['code', 'quantity'])
    .where('subscriptionId', '=', subscriptionId)
    .execute()
  // Only what was granted before and is still agreed: a repair gives nothing that was never sold.
  const codes = new Set(agreed.map(({ code, kind }) => (kind === 'plan' ? 'vps' : code)))
  await grantEntitlements(tx, { customerId, subscriptionId, grants: held.filter(({ code }) => codes.has(code)) })
}
