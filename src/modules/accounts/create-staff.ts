import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { hashPassword, NewPasswordField, requireOwnPassword } from './password.ts'
import { requirePermission } from './permissions.ts'
import { EmailField, LocaleField, PersonNameField, type User, USER_COLUMNS } from './user.ts'

export const CreateStaffInput = z.strictObject({
  email: EmailField,
  name: PersonNameField,
  role: z.string({ error: 'Please choose a role.' }).max(40, { error: 'Please choose a role.' }),
  password: NewPasswordField,
  locale: LocaleField.default('en'),
})
export type CreateStaffInput = z.output<typeof CreateStaffInput>

/**
 * Makes one of our own users, whose address counts as verified. Throws `email_taken`, `role_not_found`,
 * `permission_denied`, `password_too_simple`.
 */
export async function createStaff(app: App, actor: Actor, input: CreateStaffInput): Promise<User> {
  requirePermission(actor, 'staff.create')
  requireOwnPassword(input.password, input.email)
  const passwordHash = await hashPassword(input.password)
  return app.transaction(actor, async (tx) => {
    const roles = await tx.db.selectFrom('staffRoles').select('id').orderBy('id').execute()
    if (!roles.some(({ id }) => id === input.role)) {
      const message = `Please choose one of ${roles.map(({ id }) => id).join(', ')}.`
      throw new Problem('invalid', 'role_not_found', message, { issues: [{ path: 'role', message }] })
    }
    const user = await tx.db
      .insertInto('users')
      .values({
        id: newId('usr'),
        email: input.email,
        name: input.name,
        passwordHash,
        emailVerifiedAt: tx.now,
        staffRole: input.role,
        locale: input.locale,
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning(USER_COLUMNS)
      .executeTakeFirst()
    if (!user) {
      const message = 'A user with this email address already exists.'
      throw new Problem('conflict', 'email_taken', message, { issues: [{ path: 'email', message }] })
    }
    await tx.emit('staff.created', user.id, { after: { role: input.role } })
    return user
  })
}
