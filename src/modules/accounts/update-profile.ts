import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { actingUserId, LocaleField, PersonNameField, type User, USER_COLUMNS } from './user.ts'

export const UpdateProfileInput = z.strictObject({ name: PersonNameField, locale: LocaleField })
export type UpdateProfileInput = z.output<typeof UpdateProfileInput>

/**
 * Changes the actor's own name and language. The language of an owner is the language of the customer's invoices and
 * mail too. Throws `sign_in_required`.
 */
export async function updateProfile(app: App, actor: Actor, input: UpdateProfileInput): Promise<User> {
  const userId = actingUserId(actor)
  return app.transaction(actor, async (tx) => {
    const before = await tx.db
      .selectFrom('users')
      .select(USER_COLUMNS)
      .where('id', '=', userId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (before.name === input.name && before.locale === input.locale) return before
    const after = await tx.db
      .updateTable('users')
      .set({ name: input.name, locale: input.locale, updatedAt: tx.now })
      .where('id', '=', userId)
      .returning(USER_COLUMNS)
      .executeTakeFirstOrThrow()
    const told = ({ name, locale }: User) => ({ name, locale })
    await tx.emit('user.updated', userId, { before: told(before), after: told(after) })
    const followed = await tx.db
      .updateTable('customers')
      .set({ locale: input.locale, updatedAt: tx.now })
      .where(
        'id',
        'in',
        tx.db.selectFrom('members').select('customerId').where('userId', '=', userId).where('role', '=', 'owner'),
      )
      .where('locale', '<>', input.locale)
      .returning('id')
      .execute()
    for (const { id } of followed)
      await tx.emit('customer.updated', id, {
        customerId: id,
        before: { locale: before.locale },
        after: { locale: input.locale },
      })
    return after
  })
}
