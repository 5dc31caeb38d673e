import type { App } from '#app/app.ts'
import { anonymous } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import type { Tx } from '#platform/transaction.ts'
import { findActor } from './find-actor.ts'
import type { OutsideIdentity } from './identity-provider.ts'
import { openAccount } from './open-account.ts'
import { passFirstFactor } from './pass-first-factor.ts'
import type { Visitor } from './session.ts'
import type { SignInStep } from './started-sign-in.ts'
import { EmailField, PersonNameField } from './user.ts'

type Arrived = { provider: string; identity: OutsideIdentity; locale: Locale } & Visitor

/**
 * Signs in whoever an outside identity is connected with; a second factor of ours is asked for as after a password. Somebody
 * new, for whose address the provider vouches, gets an account. An address alone never opens an account that exists: its owner
 * logs in as before and connects the two. Throws `identity_email_missing`, `identity_email_known`, `sign_in_failed`.
 */
export async function signInWithIdentity(app: App, arrived: Arrived): Promise<SignInStep> {
  const { issuer, subject } = arrived.identity
  const known = await app.db
    .selectFrom('identities')
    .select(['id', 'userId'])
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return known ? enter(app, known, arrived) : beyondOwnRows(() => register(app, arrived))
}

async function enter(app: App, known: { id: string; userId: string }, arrived: Arrived): Promise<SignInStep> {
  const { id, userId } = known
  const acting = await findActor(app, app.db, app.clock.now(), { userId })
  const step =
    acting &&
    (await app.transaction(acting, async (tx) => {
      // Whoever disconnected it in this moment wins.
      const used = await tx.db
        .updateTable('identities')
        .set({ lastUsedAt: tx.now, email: arrived.identity.email })
        .where('id', '=', id)
        .returning('id')
        .executeTakeFirst()
      return used && passFirstFactor(app, tx, { userId, method: 'identity', ...visitorOf(arrived) })
    }))
  if (!step) throw new Problem('unauthenticated', 'sign_in_failed', 'This log-in is not connected with an account.')
  return step
}

async function register(app: App, arrived: Arrived): Promise<SignInStep> {
  const { identity, locale, provider } = arrived
  const email = identity.emailVerified ? EmailField.safeParse(identity.email).data : undefined
  if (email === undefined)
    throw new Problem(
      'invalid',
      'identity_email_missing',
      'They do not vouch for an email address of yours. Please register with your address and a password.',
    )
  const name = PersonNameField.safeParse(identity.name).data ?? email.split('@')[0]!
  const step = await app.transaction(anonymous, async (tx) => {
    const userId = await insertVerified(tx, { email, name, locale })
    if (userId === undefined) return undefined
    const customerId = await openAccount(tx, { userId, name, email, locale })
    await insertIdentity(tx, { userId, provider, identity, used: true })
    await tx.emit('user.registered_with_identity', userId, { customerId, after: { provider } })
    return passFirstFactor(app, tx, { userId, method: 'identity', ...visitorOf(arrived) })
  })
  if (step) return step
  throw new Problem(
    'conflict',
    'identity_email_known',
    'There is an account with this address already. Please log in as before; then you can connect the two.',
  )
}

async function insertVerified(
  tx: Tx,
  input: { email: string; name: string; locale: Locale },
): Promise<string | undefined> {
  const made = await tx.db
    .insertInto('users')
    .values({ id: newId('usr'), ...input, emailVerifiedAt: tx.now, createdAt: tx.now, updatedAt: tx.now })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  return made?.id
}

/** Writes down who a user is elsewhere; undefined when somebody is that already, or this user is another there. */
export async function insertIdentity(
  tx: Tx,
  input: { userId: string; provider: string; identity: OutsideIdentity; used: boolean },
): Promise<string | undefined> {
  const { userId, provider, identity } = input
  const made = await tx.db
    .insertInto('identities')
    .values({
      id: newId('idn'),
      userId,
      provider,
      issuer: identity.issuer,
      subject: identity.subject,
      email: identity.email,
      createdAt: tx.now,
      lastUsedAt: input.used ? tx.now : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made?.id
}

const visitorOf = ({ address, userAgent }: Arrived): Visitor => ({ address, userAgent })
