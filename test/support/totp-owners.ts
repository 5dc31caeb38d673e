import assert from 'node:assert/strict'
import { beginTotp, confirmTotp, getTotpStatus } from '#modules/accounts/enrol-totp.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import type { TestApp } from './test-app.ts'
import { codeOf } from './totp-app.ts'

export const TOTP_PASSWORD = 'a quiet river stone'
export type TotpOwner = { email: string; actor: Actor; codes: string[]; secret: string; token: string }

let people = 0

/** Somebody with an authenticator app, whose code of this half minute is used up. */
export async function buildTotpOwner(app: TestApp): Promise<TotpOwner> {
  const email = `app-owner${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password: TOTP_PASSWORD, name: 'Jane', locale: 'en' })
  const session = await signIn(app, anonymous, { email, password: TOTP_PASSWORD })
  await beginTotp(app, session.actor)
  const status = await getTotpStatus(app, session.actor)
  assert.ok(status.state === 'pending')
  const codes = await confirmTotp(app, session.actor, {
    currentPassword: TOTP_PASSWORD,
    code: codeOf(app, status.secret),
    keepSessionId: session.sessionId,
  })
  return { email, actor: session.actor, codes, secret: status.secret, token: session.token }
}
