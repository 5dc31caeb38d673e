import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { ADMIN } from './permissions.ts'

/** The job that closes what is over looks every minute. */
const GRACE_MINUTES = 10

/** I25: once any of us is there, somebody active is an administrator, so that somebody can always do everything. */
async function checkAdministrator({ db }: App): Promise<Finding[]> {
  const staff = await db
    .selectFrom('users')
    .select(['staffRole', 'emailVerifiedAt'])
    .where('staffRole', 'is not', null)
    .execute()
  const kept = staff.some(({ staffRole, emailVerifiedAt }) => staffRole === ADMIN && emailVerifiedAt !== null)
  if (staff.length === 0 || kept) return []
  const message = 'No administrator is active: nobody can change roles. Make one with `ez create-staff --role admin`.'
  return [{ invariant: 'I25', message }]
}

/** I26: what waits for a second colleague, and what is looked at as a customer, ends in time. */
async function checkEndsInTime({ db, clock }: App): Promise<Finding[]> {
  const due = clock.now().subtract({ minutes: GRACE_MINUTES })
  const approvals = await db
    .selectFrom('approvals')
    .select('id')
    .where('state', '=', 'pending')
    .where('expiresAt', '<', due)
    .execute()
  const impersonations = await db
    .selectFrom('impersonations')
    .select('id')
    .where('endedAt', 'is', null)
    .where('expiresAt', '<', due)
    .execute()
  return [...approvals, ...impersonations].map(({ id }) => ({
    invariant: 'I26',
    subjectId: id,
    message: `${id} is over and was not closed.`,
  }))
}

/** I27: an account that is shared belongs to somebody, and what is lent of it is its own. */
async function checkSharing({ db }: App): Promise<Finding[]> {
  const { rows } = await sql<{ id: string; message: string }>`
    select customer_id as id, 'Nobody owns this account, though it has members.' as message
    from members group by customer_id having not bool_or(role = 'owner')
    union all
    select g.id, 'It lends a service of another account.' from service_grants g join services s on s.id = g.service_id
    where s.customer_id <> g.customer_id`.execute(db)
  return rows.map(({ id, message }) => ({ invariant: 'I27', subjectId: id, message }))
}

export const accountsChecks = [checkAdministrator, checkEndsInTime, checkSharing]
