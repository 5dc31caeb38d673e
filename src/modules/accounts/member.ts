import type { MemberRole } from '#platform/schema.ts'
import { MEMBER_PERMISSIONS, type MemberPermission } from './permissions.ts'

const READ: readonly MemberPermission[] = [
  'customer.read',
  'order.read',
  'invoice.read',
  'service.read',
  'member.read',
  'notification.read',
  'event.read',
]

/** The roles in which users share a customer, the mightiest first. */
export const MEMBER_ROLES = [
  'owner',
  'admin',
  'billing',
  'technical',
  'support',
  'read_only',
] as const satisfies readonly MemberRole[]

/**
 * What a member may do by their role: owners everything, administrators everything but closing the account; the rest
 * what their work asks for.
 */
export const MEMBER_RIGHTS: Record<MemberRole, ReadonlySet<string>> = {
  owner: new Set<MemberPermission>(MEMBER_PERMISSIONS),
  admin: new Set<MemberPermission>(MEMBER_PERMISSIONS.filter((each) => each !== 'customer.close')),
  billing: new Set<MemberPermission>([
    ...READ,
    'customer.update',
    'order.place',
    'order.cancel',
    'invoice.pay',
    'token.create',
  ]),
  technical: new Set<MemberPermission>([
    'customer.read',
    'order.read',
    'service.read',
    'service.operate',
    'service.lend',
    'member.read',
    'event.read',
    'token.create',
  ]),
  support: new Set<MemberPermission>([
    'customer.read',
    'service.read',
    'member.read',
    'notification.read',
    'event.read',
  ]),
  read_only: new Set<MemberPermission>(READ),
}

/** Whether somebody with one role may give another, change or remove whoever has it: never more than they have. */
export const mayGrantRole = (own: MemberRole, role: MemberRole): boolean =>
  own === 'owner' || (own === 'admin' && role !== 'owner')
