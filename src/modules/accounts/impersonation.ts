import { z } from 'zod'
import type { StaffActor, UserActor } from '#platform/actor.ts'
import type { Schema } from '#platform/schema.ts'
import { MEMBER_PERMISSIONS } from './permissions.ts'

/** One of us looking at the pages of a customer as they see them. */
export type Impersonation = Schema['impersonations']

/** It ends by itself after this. */
export const IMPERSONATION_MINUTES = 30

export const ReasonField = z
  .string({ error: 'Please say why.' })
  .trim()
  .min(3, { error: 'Please say why, in three letters or more.', abort: true })
  .max(500, { error: 'Please use at most 500 characters.' })

/** What stands for a customer's members and nobody of ours needs a right for. */
const OWN_TO_MEMBERS = new Set<string>(['member.read'])

/**
 * As whom one of us opens the pages of a customer: reading only, and of that no more than they may read as one of us.
 * What they do is written under their own name.
 */
export const actingAs = (actor: StaffActor, customerId: string): UserActor => ({
  kind: 'user',
  userId: actor.userId,
  customerId,
  may: new Set(
    MEMBER_PERMISSIONS.filter((each) => each.endsWith('.read') && (actor.may.has(each) || OWN_TO_MEMBERS.has(each))),
  ),
  actingStaff: true,
})
