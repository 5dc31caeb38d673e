import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import type { Tx } from '#platform/transaction.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { openAccount } from './open-account.ts'
import { hashPassword, NewPasswordField, requireOwnPassword } from './password.ts'
import type { Visitor } from './session.ts'
import { createUserToken } from './user-token.ts'
import { EmailField, LocaleField, PersonNameField } from './user.ts'

export const RegisterInput = z.strictObject({
  email: EmailField,
  password: NewPasswordField,
  name: PersonNameField,
  locale: LocaleField.default('en'),
  /** What prices are shown and charged in; by the language when left out. */
  currency: z
    .string()
    .refine((code) => CURRENCIES.has(code), { error: 'Please choose a currency, such as EUR.' })
    .optional(),
})
export type RegisterInput = z.output<typeof RegisterInput>

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

const PER_EMAIL = { name: 'register', attempts: 5, perSeconds: 3_600 }
const PER_ADDRESS = { name: 'register-from', attempts: 60, perSeconds: 3_600 }
const CLAIM = 'registration'

/** `claim` stays in the browser that registered; with it, the link in the mail signs that browser in. */
export type Registration = { email: string; claim: string }

/**
 * Makes a user, the customer they own and a mail that verifies the address. When the address is already known nothing is
 * made, its owner is told by mail, and the answer is the same, so that nobody learns who is a customer here.
 * Throws `too_many_attempts`, `password_too_simple`, `busy`.
 */
export async function registerCustomer(app: App, actor: Actor, input: RegisterInput & Visitor): Promise<Registration> {
  requireOwnPassword(input.password, input.email)
  await app.limits.take(PER_EMAIL, input.email)
  if (input.address) await app.limits.take(PER_ADDRESS, input.address)
  const passwordHash = await hashPassword(input.password)
  const register = async (tx: Tx): Promise<string> => {
    const user = await insertUser(tx, input, passwordHash)
    return user ? welcome(tx, user, input) : tellOwner(tx, input.email)
  }
  const tokenId = await beyondOwnRows(() => app.transaction(actor, register))
  return { email: input.email, claim: app.secrets.sign(CLAIM, tokenId) }
}

/** Whether this browser is the one that registered and was promised this link. */
export const isClaimOf = (app: App, tokenId: string, claim: string): boolean =>
  app.secrets.verify(CLAIM, tokenId, claim)

/** Two registrations of one address at a time make one user; the second finds nothing to insert. */
const insertUser = (tx: Tx, input: RegisterInput, passwordHash: string) =>
  tx.db
    .insertInto('users')
    .values({
      id: newId('usr'),
      email: input.email,
      name: input.name,
      passwordHash,
      locale: input.locale,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()

async function welcome(tx: Tx, user: { id: string }, input: RegisterInput): Promise<string> {
  const { name, email, locale, currency } = input
  const customerId = await openAccount(tx, { userId: user.id, name, email, locale, currency })
  const token = await createUserToken(tx, { kind: 'verify_email', userId: user.id, email: input.email })
  await tx.emit('user.registered', user.id, { customerId, after: { userTokenId: token.id } })
  return token.id
}

async function tellOwner(tx: Tx, email: string): Promise<string> {
  const user = await tx.db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirstOrThrow()
  const customerId = await findCustomerIdOf(tx.db, user.id)
  await tx.emit('user.registration_repeated', user.id, customerId ? { customerId } : {})
  // A link that does not exist, so that the claim made from it looks like any other.
  return newId('utk')
}
