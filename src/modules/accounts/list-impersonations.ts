import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { Impersonation } from './impersonation.ts'
import { requirePermission } from './permissions.ts'

export type ListedImpersonation = Omit<Impersonation, 'sessionId'> & {
  staffName: string
  customerName: string
  open: boolean
}

export type ImpersonationFilter = PageFilter & {
  customerId?: string | undefined
  staffId?: string | undefined
  open?: boolean | undefined
}

/** Who looked as whom, when and why, the newest first. */
export async function listImpersonations(
  app: App,
  actor: Actor,
  filter: ImpersonationFilter,
): Promise<Page<ListedImpersonation>> {
  requirePermission(actor, 'staff.read')
  const { limit, after, customerId, staffId, open } = filter
  const isOpen = sql<boolean>`(i.ended_at is null and i.expires_at > ${app.clock.now()} and s.revoked_at is null)`
  const rows = await app.db
    .selectFrom('impersonations as i')
    .innerJoin('users as u', 'u.id', 'i.staffId')
    .innerJoin('customers as c', 'c.id', 'i.customerId')
    .innerJoin('sessions as s', 's.id', 'i.sessionId')
    .select([
      'i.id',
      'i.staffId',
      'i.customerId',
      'i.reason',
      'i.createdAt',
      'i.expiresAt',
      'i.endedAt',
      'u.name as staffName',
      'c.name as customerName',
      isOpen.as('open'),
    ])
    .$if(customerId !== undefined, (query) => query.where('i.customerId', '=', customerId!))
    .$if(staffId !== undefined, (query) => query.where('i.staffId', '=', staffId!))
    .$if(open !== undefined, (query) => query.where(isOpen, '=', open!))
    .$if(after !== undefined, (query) => query.where('i.id', '<', after!))
    .orderBy('i.id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit)
}
