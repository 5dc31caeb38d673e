import { MEMBER_RIGHTS } from '#modules/accounts/member.ts'
import { staffRights, type StaffPermission } from '#modules/accounts/permissions.ts'
import type { ActorSession, StaffActor, UserActor } from '#platform/actor.ts'
import type { MemberRole } from '#platform/schema.ts'

const EVERYBODY: readonly StaffPermission[] = [
  'customer.read',
  'order.read',
  'invoice.read',
  'service.read',
  'catalog.read',
  'coupon.read',
  'notification.read',
  'event.read',
]

/** The roles every house begins with, as a test expects to find them in the database. */
export const STAFF_ROLES = {
  admin: [],
  billing: [
    ...EVERYBODY,
    'customer.update',
    'tax.manage',
    'settings.manage',
    'notification.send',
    'catalog.edit',
    'catalog.publish',
    'catalog.reprice',
    'approval.decide',
    'coupon.manage',
    'order.cancel',
    'invoice.create',
    'invoice.void',
    'payment.read',
    'payment.refund',
    'payment.record',
    'credit.manage',
    'report.read',
    'forecast.run',
    'service.suspend',
    'service.resume',
    'job.read',
  ],
  operations: [
    ...EVERYBODY,
    'catalog.edit',
    'staff.read',
    'customer.impersonate',
    'approval.decide',
    'service.operate',
    'service.suspend',
    'service.resume',
    'service.terminate',
    'procedure.read',
    'procedure.retry',
    'job.read',
    'job.retry',
  ],
  support: [...EVERYBODY, 'procedure.read', 'customer.impersonate'],
} as const satisfies Record<string, readonly StaffPermission[]>
export type StaffRole = keyof typeof STAFF_ROLES

/** What a colleague of this role may do. */
export const rightsOf = (role: StaffRole): ReadonlySet<string> => staffRights(role, STAFF_ROLES[role])

/** Signed in so lately that nothing dangerous asks again, wherever a test's clock stands. */
export const FRESH: ActorSession = { id: 'ses_test', confirmedAt: Temporal.Instant.from('2999-01-01T00:00:00Z') }

export const staffAs = (role: StaffRole, userId = `usr_${role}`): StaffActor => ({
  kind: 'staff',
  userId,
  role,
  may: rightsOf(role),
  session: FRESH,
})

export const memberAs = (customerId: string, userId = 'usr_1', role: MemberRole = 'owner'): UserActor => ({
  kind: 'user',
  userId,
  customerId,
  may: MEMBER_RIGHTS[role],
  session: FRESH,
})
