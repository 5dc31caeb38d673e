import type { App } from '#app/app.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { findActor } from './find-actor.ts'
import { passFirstFactor } from './pass-first-factor.ts'
import { type PasskeyAnswer, passkeyRefused } from './passkey.ts'
import { type OpenedSession, SIGN_IN_PER_ACCOUNT, type Visitor } from './session.ts'
import { askForPasskey, type PasskeyQuestion, provePasskey, takePasskey } from './use-passkey.ts'

// A login page asks as soon as it is opened, and an office shares one address.
const QUESTIONS_PER_ADDRESS = { name: 'passkey-question', attempts: 300, perSeconds: 900 }
const PER_ADDRESS = { name: 'passkey-sign-in-from', attempts: 50, perSeconds: 900 }

/** The question to which any passkey of ours answers. Throws `too_many_attempts`, `passkeys_unavailable`. */
export async function beginPasskeySignIn(app: App, { address }: Visitor): Promise<PasskeyQuestion> {
  if (address) await app.limits.take(QUESTIONS_PER_ADDRESS, address)
  return app.transaction(anonymous, (tx) => askForPasskey(app, tx, { purpose: 'sign_in' }))
}

/**
 * Opens a session for whoever a passkey says they are. It asked for finger, face or PIN, so no second factor is asked for.
 * Throws `passkey_refused`, also for somebody who has nothing to do here any more, `passkey_over`, `too_many_attempts`,
 * `passkeys_unavailable`.
 */
export async function signInWithPasskey(app: App, input: { answer: PasskeyAnswer } & Visitor): Promise<OpenedSession> {
  const { answer, address, userAgent } = input
  if (address) await app.limits.take(PER_ADDRESS, address)
  const proven = await provePasskey(app, answer, { purpose: 'sign_in' })
  const { acting, email } = await findUser(app, proven.userId)
  const session = await app.transaction(acting, async (tx) => {
    if (!(await takePasskey(tx, proven))) return undefined
    const method = 'passkey'
    const next = await passFirstFactor(app, tx, { userId: proven.userId, method, twoFactors: true, address, userAgent })
    return next?.step === 'done' ? next.session : undefined
  })
  // What was learned of the passkey stays, also where it opens nothing.
  if (!session) throw passkeyRefused()
  await app.limits.forget(SIGN_IN_PER_ACCOUNT, email)
  return session
}

async function findUser(app: App, userId: string): Promise<{ acting: Actor; email: string }> {
  const { email } = await app.db.selectFrom('users').select('email').where('id', '=', userId).executeTakeFirstOrThrow()
  return { acting: (await findActor(app, app.db, app.clock.now(), { userId })) ?? anonymous, email }
}
