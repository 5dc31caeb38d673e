import type { Actor, UserActor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/** What our own people may be allowed, `noun.verb`, in the order of the matrix on which roles are edited. */
export const STAFF_PERMISSIONS = [
  'customer.read',
  'customer.update',
  'order.read',
  'order.cancel',
  'invoice.read',
  'invoice.create',
  'invoice.void',
  'payment.read',
  'payment.record',
  'credit.manage',
  'payment.refund',
  'report.read',
  'forecast.run',
  'service.read',
  'service.operate',
  'service.suspend',
  'service.resume',
  'service.terminate',
  'procedure.read',
  'procedure.retry',
  'catalog.read',
  'catalog.edit',
  'catalog.publish',
  'catalog.reprice',
  'tax.manage',
  'coupon.read',
  'coupon.manage',
  'settings.manage',
  'notification.read',
  'notification.send',
  'event.read',
  'job.read',
  'job.retry',
  'staff.create',
  'staff.read',
  'staff.manage',
  'customer.impersonate',
  'approval.decide',
  'clock.move',
] as const

/** What the members of a customer may be allowed about it. */
export const MEMBER_PERMISSIONS = [
  'customer.read',
  'customer.update',
  'customer.close',
  'order.read',
  'order.place',
  'order.cancel',
  'invoice.read',
  'invoice.pay',
  'service.read',
  'service.operate',
  'service.lend',
  'member.read',
  'member.manage',
  'token.create',
  'notification.read',
  'event.read',
] as const

export type StaffPermission = (typeof STAFF_PERMISSIONS)[number]
export type MemberPermission = (typeof MEMBER_PERMISSIONS)[number]
export type Permission = StaffPermission | MemberPermission

/** What whoever was lent a single service may be allowed with it. */
export const SERVICE_ACTIONS = ['service.read', 'service.operate'] as const satisfies readonly MemberPermission[]

/** The role of our people that may do everything, so that somebody always can. */
export const ADMIN = 'admin'

/** The permissions of a staff role as it is stored: those that still exist; the administrators' has all. */
export const staffRights = (role: string, stored: readonly string[]): ReadonlySet<string> =>
  new Set(role === ADMIN ? STAFF_PERMISSIONS : STAFF_PERMISSIONS.filter((each) => stored.includes(each)))

/** Whether this actor may do something with everything they see. The system may do all, strangers nothing. */
export function mayDo(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'system':
      return true
    case 'staff':
    case 'user':
      return actor.may.has(permission)
    case 'anonymous':
      return false
  }
}

/** The same, or with at least one service that was lent to them. */
export const mayDoSomewhere = (actor: Actor, permission: Permission): boolean =>
  mayDo(actor, permission) || lentFor(actor, permission).length > 0

/**
 * Whoever is not the system or one of our own people with this permission is refused: what follows sees every customer.
 * Throws `sign_in_required` for strangers, `permission_denied` for everybody else.
 */
export function requirePermission(actor: Actor, permission: StaffPermission): void {
  if (actor.kind === 'user' || !mayDo(actor, permission)) throw refusal(actor)
}

/** The same for what members may do about their customer as well; what follows must keep to that customer. */
export function requireRight(actor: Actor, permission: Permission): void {
  if (!mayDo(actor, permission)) throw refusal(actor)
}

function refusal(actor: Actor): Problem {
  if (actor.kind === 'anonymous') return new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  const whom = actor.kind === 'user' ? ' An owner of the account can change that.' : ''
  return new Problem('forbidden', 'permission_denied', `Your role does not include this.${whom}`)
}

/**
 * The customer whose rows this actor may see; undefined for staff who have the permission and for the system, who see
 * all. Every query filters by it. Throws `sign_in_required` for strangers, `permission_denied` for whoever lacks it.
 */
export function visibleWith(actor: Actor, permission: Permission): string | undefined {
  requireRight(actor, permission)
  return actor.kind === 'user' ? actor.customerId : undefined
}

/** Which services an actor may see or act on: those of `customerId`, and of these only `serviceIds` where it is given. */
export type ServiceScope = { customerId: string | undefined; serviceIds: readonly string[] | undefined }

/** As visibleWith, for services, of which single ones may be lent. Throws as visibleWith for whoever may reach none. */
export function servicesWith(actor: Actor, permission: Permission): ServiceScope {
  if (mayDo(actor, permission))
    return { customerId: actor.kind === 'user' ? actor.customerId : undefined, serviceIds: undefined }
  const serviceIds = lentFor(actor, permission)
  if (serviceIds.length === 0) throw refusal(actor)
  return { customerId: (actor as UserActor).customerId, serviceIds }
}

/** Whether the actor may do this with this service, which they may see. */
export const mayOnService = (actor: Actor, serviceId: string, permission: Permission): boolean =>
  mayDo(actor, permission) || lentFor(actor, permission).includes(serviceId)

/** Throws `permission_denied` unless mayOnService. */
export function requireOnService(actor: Actor, serviceId: string, permission: Permission): void {
  if (!mayOnService(actor, serviceId, permission)) throw refusal(actor)
}

const lentFor = (actor: Actor, permission: Permission): string[] =>
  actor.kind === 'user'
    ? [...(actor.lent ?? [])].filter(([, actions]) => actions.has(permission)).map(([serviceId]) => serviceId)
    : []
