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

export const accountsChecks = [checkAdministrator, checkEndsInTime]
