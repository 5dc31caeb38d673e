import { redirect } from 'react-router'
import type { App } from '#app/app.ts'
import type { RenewedSession } from '#modules/accounts/renew-session.ts'
import type { OpenedSession } from '#modules/accounts/session.ts'
import { SIGN_IN_MINUTES, type SignInStep } from '#modules/accounts/started-sign-in.ts'
import { adoptCart, findCart } from '#modules/orders/cart.ts'
import type { Actor } from '#platform/actor.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { readCookie, signedInCookie } from '../cookies.ts'
import { paths } from '../paths.ts'
import { privateCookie } from '../private-cookies.ts'
import { cartCount, readCartToken } from '../shop/cart-cookie.ts'

const SESSION = '__Host-session'
const REGISTRATION = '__Host-registration'
const STARTED = '__Host-sign-in'
const REGISTRATION_SECONDS = 3 * 24 * 3600

/** Signs this browser in: the session's cookie, what the top bar may show of it, and the cart, which comes along. */
export async function signedInHeaders(app: App, request: Request, session: OpenedSession): Promise<[string, string][]> {
  const { actor } = session
  const cartToken = readCartToken(request)
  // Whoever was signed in before in this browser may have been somebody else.
  const cart = await beyondOwnRows(async () => {
    if (actor.kind === 'user' && cartToken !== undefined) await adoptCart(app, actor.customerId, cartToken)
    return findCart(app, actor, cartToken)
  })
  return [sessionCookie(app, session), ['set-cookie', signedInCookie(true)], cartCount(cart?.items.length ?? 0)]
}

/** The cookie of a session, new or with a new token. */
export const sessionCookie = (app: App, { token, expiresAt }: RenewedSession): [string, string] => [
  'set-cookie',
  privateCookie(SESSION, token, expiresAt.since(app.clock.now()).total('seconds')),
]

/** Holds the token of a sign-in that still asks for the second factor; `undefined` takes it back. */
export const startedSignIn = (token: string | undefined): [string, string] => [
  'set-cookie',
  privateCookie(STARTED, token, SIGN_IN_MINUTES * 60),
]
export const readStartedSignIn = (request: Request): string | undefined => readCookie(request, STARTED)

/** Where a right password leads: on to `next` or home, or to the question for the second factor. */
export async function afterPassword(
  app: App,
  request: Request,
  step: SignInStep,
  next: string | undefined,
): Promise<Response> {
  if (step.step === 'second_factor') return redirect(paths.secondFactor(next), { headers: [startedSignIn(step.token)] })
  return redirect(next ?? homeOf(step.session.actor), { headers: await signedInHeaders(app, request, step.session) })
}

export const homeOf = (actor: Actor): string => (actor.kind === 'staff' ? paths.staff() : paths.portal())

/** This browser forgets its session. */
export const signedOutHeaders = (): [string, string][] => [
  ['set-cookie', privateCookie(SESSION, undefined, 0)],
  ['set-cookie', signedInCookie(false)],
]

/** Whether the browser believes to be signed in. When no session agrees, the session has ended. */
export const believesSignedIn = (request: Request): boolean => readCookie(request, 'signed_in') === '1'

/** What this browser remembers of its registration: with the claim, the link in the mail signs it in. */
export type Registered = { email: string; claim: string; next: string | undefined }

export const registeredCookie = ({ email, claim, next }: Registered): [string, string] => [
  'set-cookie',
  privateCookie(REGISTRATION, JSON.stringify([email, claim, next ?? '']), REGISTRATION_SECONDS),
]
export const registrationDone = (): [string, string] => ['set-cookie', privateCookie(REGISTRATION, undefined, 0)]

export function readRegistered(request: Request): Registered | undefined {
  const value = readCookie(request, REGISTRATION)
  if (value === undefined) return undefined
  try {
    const [email, claim, next] = JSON.parse(value) as unknown[]
    if (typeof email !== 'string' || typeof claim !== 'string') return undefined
    return { email, claim, next: typeof next === 'string' && next !== '' ? next : undefined }
  } catch {
    return undefined // Not written by us.
  }
}
