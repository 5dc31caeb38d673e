import { z } from 'zod'
import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import { ACCESS_SECONDS, findPublicKey, getSigningKey, SIGNING_ALGORITHM } from './signing-key.ts'

/** What says that a token is one for access and nothing else (RFC 9068, section 2.1). */
const TYPE = 'at+jwt'
const Claims = z.object({ sid: z.string().regex(/^ses_[0-9a-z]{26}$/) })

const issuerOf = (app: App): string => app.config.publicUrl
const audienceOf = (app: App): string => `${app.config.publicUrl}/api/v1`

/** A signed token that stands for a session for ten minutes of business time. */
export async function signAccessToken(app: App, session: { sessionId: string; userId: string }): Promise<string> {
  // Read when the first token is asked for: few processes ever need it, and every start would wait for it.
  const { SignJWT } = await import('jose')
  const { id, privateKey } = await getSigningKey(app)
  const now = Math.floor(app.clock.now().epochMilliseconds / 1_000)
  return new SignJWT({ sid: session.sessionId })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TYPE, kid: id })
    .setIssuer(issuerOf(app))
    .setAudience(audienceOf(app))
    .setSubject(session.userId)
    .setJti(newId('req'))
    .setIssuedAt(now)
    .setExpirationTime(now + ACCESS_SECONDS)
    .sign(privateKey)
}

/**
 * The session a token stands for; undefined for anything but a token of ours that is not over: one algorithm, issuer, audience
 * and type, one of our own keys by its id, whatever the token says or brings along (RFC 8725). Whether the session still lives
 * is asked of the session.
 */
export async function verifyAccessToken(app: App, token: string): Promise<string | undefined> {
  const { errors, jwtVerify } = await import('jose')
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await findPublicKey(app, kid)
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: [SIGNING_ALGORITHM],
        issuer: issuerOf(app),
        audience: audienceOf(app),
        typ: TYPE,
        requiredClaims: ['sub', 'iat', 'exp', 'jti'],
        maxTokenAge: ACCESS_SECONDS,
        currentDate: new Date(app.clock.now().epochMilliseconds),
      },
    )
    return Claims.parse(payload).sid
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined
    throw error
  }
}
