import type { Actor, StaffRole } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

const EVERYBODY = [
  'customer.read',
  'order.read',
  'invoice.read',
  'service.read',
  'catalog.read',
  'notification.read',
  'event.read',
] as const
const SUPPORT = [...EVERYBODY, 'procedure.read'] as const
const BILLING = [
  ...EVERYBODY,
  'customer.update',
  'order.cancel',
  'invoice.void',
  'payment.read',
  'payment.refund',
  'service.suspend',
  'service.resume',
  'job.read',
] as const
const OPERATIONS = [
  ...EVERYBODY,
  'service.operate',
  'service.suspend',
  'service.resume',
  'service.terminate',
  'procedure.read',
  'procedure.retry',
  'job.read',
  'job.retry',
] as const
const ADMIN = [...new Set([...SUPPORT, ...BILLING, ...OPERATIONS]), 'staff.create', 'clock.move'] as const

/** What staff may be allowed, `noun.verb`. */
export type Permission = (typeof ADMIN)[number]

/** Who may do what: the whole policy. What is not listed is refused. */
export const PERMISSIONS: Record<StaffRole, ReadonlySet<Permission>> = {
  admin: new Set<Permission>(ADMIN),
  operations: new Set<Permission>(OPERATIONS),
  billing: new Set<Permission>(BILLING),
  support: new Set<Permission>(SUPPORT),
}

/** Customers' users and strangers never have a permission; the system has them all. */
export function mayDo(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'system':
      return true
    case 'staff':
      return PERMISSIONS[actor.role].has(permission)
    case 'user':
    case 'anonymous':
      return false
  }
}

/** Throws `sign_in_required` for strangers, `permission_denied` for everybody else who lacks the permission. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (mayDo(actor, permission)) return
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  throw new Problem('forbidden', 'permission_denied', 'Your role does not include this.')
}

/**
 * The customer whose rows this actor may see; undefined for staff who have the permission and for the system, who see
 * all. Throws `sign_in_required` for strangers, `permission_denied` for staff without it.
 */
export function visibleWith(actor: Actor, permission: Permission): string | undefined {
  if (actor.kind === 'user') return actor.customerId
  requirePermission(actor, permission)
  return undefined
}
