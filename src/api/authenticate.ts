import type { App } from '#app/app.ts'
import { countStranger } from '#platform/limit-requests.ts'
import { admits, type Rule } from '#app/rule.ts'
import { authenticateApiToken } from '#modules/accounts/authenticate-api-token.ts'
import { verifyAccessToken } from '#modules/accounts/access-token.ts'
import { authenticateSession, authenticateSessionId } from '#modules/accounts/authenticate-session.ts'
import { API_TOKEN_PREFIX } from '#modules/accounts/api-token.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/** Who calls, and by what: a program's token, or a session that a browser or a program signed in to. */
export type Caller =
  | { kind: 'anonymous'; actor: Actor }
  | { kind: 'token'; tokenId: string; actor: Actor }
  | { kind: 'session'; sessionId: string; actor: Actor }

const COOKIE = '__Host-session'
const TOKEN_MAX = 2_000
const PER_TOKEN = { name: 'api', attempts: 600, perSeconds: 60 }

const nobody: Caller = { kind: 'anonymous', actor: anonymous }
const signInRequired = (): Problem =>
  new Problem('unauthenticated', 'sign_in_required', 'Please sign in, or send an API token as a bearer token.')
const tokenInvalid = (): Problem =>
  new Problem('unauthenticated', 'token_invalid', 'This token is unknown, revoked or over. Please make a new one.')

/**
 * Who sends a request. A bearer token that does not work is refused, also where none is needed. A cookie counts for a
 * change only when our own pages sent it. What does not work counts against the address. Throws
 * `token_invalid`, `address_not_allowed`, `foreign_origin`, `too_many_attempts`.
 */
export async function authenticate(app: App, request: Request, address: string | undefined): Promise<Caller> {
  const authorization = request.headers.get('authorization')
  if (authorization !== null) {
    const caller = await authenticateBearer(app, authorization, address)
    if (caller) return caller
    if (address !== undefined) await countStranger(app, { address, method: request.method })
    throw tokenInvalid()
  }
  const token = readCookie(request.headers.get('cookie'), COOKIE)
  if (token === undefined) return nobody
  const signedIn = await authenticateSession(app, token)
  if (!signedIn) {
    if (address !== undefined) await countStranger(app, { address, method: request.method })
    return nobody
  }
  requireOwnOrigin(app, request)
  return { kind: 'session', sessionId: signedIn.sessionId, actor: signedIn.actor }
}

async function authenticateBearer(
  app: App,
  authorization: string,
  address: string | undefined,
): Promise<Caller | undefined> {
  const [, token] = /^Bearer +([\w~+/.-]+=*)$/i.exec(authorization) ?? []
  if (token === undefined || token.length > TOKEN_MAX) return undefined
  if (token.startsWith(API_TOKEN_PREFIX)) {
    const known = await authenticateApiToken(app, token, address)
    return known && { kind: 'token', ...known }
  }
  const sessionId = token.includes('.') ? await verifyAccessToken(app, token) : undefined
  const signedIn =
    sessionId === undefined ? await authenticateSession(app, token) : await authenticateSessionId(app, sessionId)
  return signedIn && { kind: 'session', sessionId: signedIn.sessionId, actor: signedIn.actor }
}

/** Browsers send cookies along with what other sites make them send; they also say so. */
function requireOwnOrigin(app: App, request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const site = request.headers.get('sec-fetch-site')
  const own =
    site === null ? request.headers.get('origin') === new URL(app.config.publicUrl).origin : site === 'same-origin'
  if (!own) throw new Problem('forbidden', 'foreign_origin', 'This was sent from another site, so it was not done.')
}

/** Throws unless the rule lets the caller in: `sign_in_required`, `session_required`, `permission_denied`. */
export function authorize(rule: Rule, caller: Caller): void {
  if (rule.who === 'anyone') return
  const { actor } = caller
  if (actor.kind === 'anonymous') throw signInRequired()
  if (rule.session && caller.kind !== 'session')
    throw new Problem(
      'forbidden',
      'session_required',
      'An API token cannot do this. Please sign in with your password.',
    )
  if (admits(rule, actor)) return
  throw new Problem(
    'forbidden',
    'permission_denied',
    actor.kind === 'staff' && rule.staff ? 'Your role does not include this.' : `This is for ${audienceOf(rule)}.`,
  )
}

const audienceOf = ({ who }: Rule): string => (who === 'staff' ? 'our staff' : 'customers')

/** Counts a request of a token or a session: 600 a minute. Strangers were counted at the door. */
export async function limitRate(app: App, caller: Caller): Promise<void> {
  if (caller.kind === 'token') await app.rates.take(PER_TOKEN, caller.tokenId)
  else if (caller.kind === 'session') await app.rates.take(PER_TOKEN, caller.sessionId)
}

function readCookie(header: string | null, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}
