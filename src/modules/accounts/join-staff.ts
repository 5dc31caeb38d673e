import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { hashPassword, NewPasswordField, requireOwnPassword } from './password.ts'
import type { Visitor } from './session.ts'
import { endLinks, invalidLink, isUsable, LinkTokenField, lockUserToken } from './user-token.ts'

export const JoinStaffInput = z.strictObject({ token: LinkTokenField, password: NewPasswordField })
export type JoinStaffInput = z.output<typeof JoinStaffInput>

const PER_ADDRESS = { name: 'join-staff', attempts: 30, perSeconds: 900 }

/**
 * An invited colleague chooses a password by the mailed link, once; reading the mailbox proves the address. Throws
 * `link_invalid`, also when they were ended meanwhile, `password_too_simple`, `too_many_attempts`, `busy`.
 */
export async function joinStaff(app: App, actor: Actor, input: JoinStaffInput & Visitor): Promise<{ email: string }> {
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const passwordHash = await hashPassword(input.password)
  return app.transaction(actor, async (tx) => {
    const { token, user } = await lockUserToken(tx, app.secrets, 'join_staff', input.token)
    if (!isUsable(token, tx.now) || user.staffRole === null || user.emailVerifiedAt) throw invalidLink()
    requireOwnPassword(input.password, user.email)
    await endLinks(tx, user.id)
    await tx.db
      .updateTable('users')
      .set({ passwordHash, emailVerifiedAt: tx.now, updatedAt: tx.now })
      .where('id', '=', user.id)
      .execute()
    await tx.emit('staff.joined', user.id, { after: { role: user.staffRole } })
    return { email: user.email }
  })
}
