import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockColleague } from './lock-colleague.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'
import { lockStaffRole, requireGrantable, RoleIdField, rightsOfRole } from './staff-role.ts'
import { createUserToken, endLinks } from './user-token.ts'
import { EmailField, LocaleField, PersonNameField, type User, USER_COLUMNS } from './user.ts'

export const InviteStaffInput = z.strictObject({
  email: EmailField,
  name: PersonNameField,
  role: RoleIdField,
  locale: LocaleField.default('en'),
})
export type InviteStaffInput = z.output<typeof InviteStaffInput>

/**
 * Asks somebody by mail to be one of us: a link of 72 hours lets them choose a password. Whoever left us may be asked
 * again. Throws `permission_denied`, `confirmation_needed`, `role_not_found`, `grant_exceeds_own`, `email_taken`.
 */
export async function inviteStaff(app: App, actor: Actor, input: InviteStaffInput): Promise<User> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    requireGrantable(actor, rightsOfRole(await lockStaffRole(tx, input.role)))
    const user = (await invite(tx, input)) ?? (await inviteAgain(tx, input))
    if (!user) {
      const message = 'A user with this email address already exists.'
      throw new Problem('conflict', 'email_taken', message, { issues: [{ path: 'email', message }] })
    }
    await mailLink(tx, user)
    return user
  })
}

/** Sends a new link to somebody who has not come yet. Throws `staff_not_found`, `staff_active`, as lockColleague. */
export async function resendStaffInvitation(app: App, actor: Actor, input: { userId: string }): Promise<void> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const colleague = await lockColleague(tx, input.userId)
    if (colleague.emailVerifiedAt)
      throw new Problem('conflict', 'staff_active', 'This colleague has signed in already and needs no invitation.')
    await endLinks(tx, colleague.id)
    await mailLink(tx, colleague)
  })
}

async function mailLink(tx: Tx, user: Pick<User, 'id' | 'email' | 'staffRole'>): Promise<void> {
  const token = await createUserToken(tx, { kind: 'join_staff', userId: user.id, email: user.email })
  await tx.emit('staff.invited', user.id, { after: { role: user.staffRole, userTokenId: token.id } })
}

const invite = (tx: Tx, { email, name, role, locale }: InviteStaffInput): Promise<User | undefined> =>
  tx.db
    .insertInto('users')
    .values({
      id: newId('usr'),
      email,
      name,
      staffRole: role,
      locale,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(USER_COLUMNS)
    .executeTakeFirst()

/** Whoever was one of us before; nothing they signed in with then is left. */
const inviteAgain = (tx: Tx, { email, name, role, locale }: InviteStaffInput): Promise<User | undefined> =>
  tx.db
    .updateTable('users')
    .set({ name, locale, staffRole: role, staffEndedAt: null, updatedAt: tx.now })
    .where('email', '=', email)
    .where('staffEndedAt', 'is not', null)
    .returning(USER_COLUMNS)
    .executeTakeFirst()
