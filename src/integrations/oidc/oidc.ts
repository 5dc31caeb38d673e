import * as client from 'openid-client'
import type { IdentityProvider, OutsideIdentity } from '#modules/accounts/identity-provider.ts'
import type { Fetch } from '#platform/outbound.ts'
import { isProblem, Problem } from '#platform/problem.ts'

export type OidcConfig = {
  name: string
  label: string
  issuer: string
  clientId: string
  clientSecret: string
  fetch: Fetch
  /** Whether the issuer may be taken at its word on an address, beyond its saying that it is verified. */
  vouchesFor?: (claims: { email: string; hostedDomain: string | undefined }) => boolean
}

const DISCOVERY_MS = 3_600_000

const refusal = (cause?: unknown): Problem =>
  new Problem('invalid', 'identity_refused', 'The answer could not be checked. Please start again.', { cause })
const outage = (cause: unknown): Problem =>
  new Problem(
    'unavailable',
    'identity_unavailable',
    'They cannot be reached just now. Please use another way to log in, or try again in a moment.',
    { cause },
  )

/**
 * Any OpenID Connect provider (OpenID Connect Core 1.0): code flow with PKCE, signed identity tokens. Its addresses are read
 * when first needed and kept for an hour; what failed is tried again by whoever comes next. Its keys are read at every
 * return, so that keys it has just changed are known.
 */
export function oidcProvider(config: OidcConfig): IdentityProvider {
  const { name, label, clientId, clientSecret } = config
  const insecure = config.issuer.startsWith('http://')
  let kept: { server: client.ServerMetadata; readAtMs: number } | undefined

  async function readServer(): Promise<client.ServerMetadata> {
    if (kept && performance.now() - kept.readAtMs < DISCOVERY_MS) return kept.server
    const found = await client.discovery(new URL(config.issuer), clientId, undefined, undefined, {
      [client.customFetch]: config.fetch as client.CustomFetch,
      timeout: 10,
      ...(insecure ? { execute: [client.allowInsecureRequests] } : {}),
    })
    kept = { server: found.serverMetadata(), readAtMs: performance.now() }
    return kept.server
  }

  async function open(): Promise<client.Configuration> {
    try {
      const opened = new client.Configuration(
        await readServer(),
        clientId,
        undefined,
        client.ClientSecretBasic(clientSecret),
      )
      opened[client.customFetch] = config.fetch as client.CustomFetch
      if (insecure) client.allowInsecureRequests(opened)
      // Without it the identity token would be believed for having come over TLS, unsigned even.
      client.enableNonRepudiationChecks(opened)
      return opened
    } catch (error) {
      throw outage(error)
    }
  }

  return {
    name,
    label,
    async authorizationUrl({ redirectUri, state, nonce, codeVerifier }) {
      const opened = await open()
      return client.buildAuthorizationUrl(opened, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      }).href
    },
    async identify(callbackUrl, { state, nonce, codeVerifier }) {
      const opened = await open()
      try {
        const tokens = await client.authorizationCodeGrant(opened, new URL(callbackUrl), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()!
        // Some tell the address only where one asks for it.
        const more =
          claims['email'] === undefined && opened.serverMetadata().userinfo_endpoint !== undefined
            ? await client.fetchUserInfo(opened, tokens.access_token, claims.sub)
            : {}
        return identityOf(config, { ...claims, ...more })
      } catch (error) {
        throw isOutage(error) ? outage(error) : refusal(error)
      }
    },
  }
}

function identityOf(
  { issuer, vouchesFor }: OidcConfig,
  claims: { sub: string } & Record<string, unknown>,
): OutsideIdentity {
  const text = (name: string): string | undefined => {
    const value = claims[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const email = text('email')
  const vouched =
    email !== undefined &&
    claims['email_verified'] === true &&
    (vouchesFor?.({ email, hostedDomain: text('hd') }) ?? true)
  return { issuer, subject: claims.sub, email: email ?? null, emailVerified: vouched, name: text('name') ?? null }
}

/** Not reached, too slow, or a fault of theirs: nothing that was said, but that nothing was. */
function isOutage(error: unknown): boolean {
  if (isProblem(error)) return error.kind === 'unavailable'
  if (error instanceof client.ResponseBodyError) return error.status >= 500
  if (error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT') return true
  const { cause } = error instanceof Error ? error : {}
  const failed = cause instanceof Response ? cause.status >= 500 : false
  return failed || (error instanceof TypeError && error.message === 'fetch failed')
}
