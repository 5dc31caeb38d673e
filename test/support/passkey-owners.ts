import { beginConfirmation, type UserProof } from '#modules/accounts/confirm-user.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { beginPasskey, finishPasskey } from '#modules/accounts/register-passkey.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { actingUserId } from '#modules/accounts/user.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import { tester } from './builders.ts'
import type { TestApp } from './test-app.ts'

const PASSKEY_PASSWORD = 'a quiet river stone'
export const byPassword = { currentPassword: PASSKEY_PASSWORD }

export type Person = { email: string; password: string; actor: Actor; userId: string; token: string; sessionId: string }
export type PasskeyOwner = Person & { device: Authenticator; passkeyId: string }

let people = 0

/** Somebody who is signed in with their password. */
export async function buildPerson(app: TestApp): Promise<Person> {
  const email = `ada${(people += 1)}@example.com`
  const password = PASSKEY_PASSWORD
  await registerCustomer(app, anonymous, { email, password, name: 'Ada', locale: 'en' })
  const { actor, token, sessionId } = await signIn(app, anonymous, { email, password })
  return { email, password, actor, userId: actingUserId(actor), token, sessionId }
}

/** Gives them one more passkey, on this device. */
export async function addPasskey(
  app: TestApp,
  { actor }: Person,
  device: Authenticator,
  proof: UserProof = byPassword,
): Promise<string> {
  const asked = await beginPasskey(app, actor, proof)
  return (await finishPasskey(app, actor, { name: 'Laptop', answer: device.create(asked) })).id
}

/** Somebody with a passkey. */
export async function buildPasskeyOwner(app: TestApp, device = createAuthenticator()): Promise<PasskeyOwner> {
  const person = await buildPerson(app)
  return { ...person, device, passkeyId: await addPasskey(app, person, device) }
}

/** What shows that it is them, with their passkey. */
export const byPasskey = async (app: TestApp, { actor, device }: PasskeyOwner): Promise<UserProof> => ({
  passkey: device.use(await beginConfirmation(app, actor)),
})

/** What came of many tries at once: `done`, or the code of the refusal. */
export const outcomesOf = async (tries: Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(tries)).map((each) =>
    each.status === 'fulfilled' ? 'done' : String((each.reason as { code?: string }).code),
  )

/** The events of this name about this user. */
export const eventsOf = (app: TestApp, userId: string, name: string) =>
  app.db
    .selectFrom('events')
    .select(['before', 'after', 'customerId'])
    .where('subjectId', '=', userId)
    .where('name', '=', name)
    .orderBy('id')
    .execute()

/** A passkey of this user that nobody holds, for tests that need one to be there. */
export async function buildPasskey(app: TestApp, userId: string): Promise<string> {
  const id = newId('pky')
  await app.transaction(tester, (tx) =>
    tx.db
      .insertInto('passkeys')
      .values({
        id,
        userId,
        credentialId: createAuthenticator().credentialId,
        publicKey: '',
        counter: 0n,
        transports: [],
        backedUp: true,
        aaguid: '00000000-0000-0000-0000-000000000000',
        name: 'Key',
        createdAt: tx.now,
      })
      .execute(),
  )
  return id
}
