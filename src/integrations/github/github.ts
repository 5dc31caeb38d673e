import { z } from 'zod'
import type { IdentityProvider } from '#modules/accounts/identity-provider.ts'
import type { Fetch } from '#platform/outbound.ts'
import { Problem } from '#platform/problem.ts'
import { pkceChallenge } from './pkce-challenge.ts'

export type GithubConfig = {
  /** https://github.com, or a GitHub Enterprise server. */
  baseUrl: string
  /** https://api.github.com, or that server's /api/v3. */
  apiUrl: string
  clientId: string
  clientSecret: string
  fetch: Fetch
}

const Token = z.union([
  z.object({ access_token: z.string().min(1), token_type: z.string() }),
  // A refusal comes with status 200.
  z.object({ error: z.string(), error_description: z.string().optional() }),
])
const User = z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullable().optional() })
const Emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

const refusal = (cause?: unknown): Problem =>
  new Problem('invalid', 'identity_refused', 'The answer could not be checked. Please start again.', { cause })
const outage = (cause: unknown): Problem =>
  new Problem(
    'unavailable',
    'identity_unavailable',
    'They cannot be reached just now. Please use another way to log in, or try again in a moment.',
    { cause },
  )

/** What is not shaped as documented is not GitHub's answer. */
function read<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw refusal(parsed.error)
  return parsed.data
}

async function request(fetch: Fetch, url: string, init: RequestInit): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  } catch (error) {
    throw outage(error)
  }
  if (response.status >= 500 || response.status === 429 || response.status === 403)
    throw outage(new Error(`GitHub answered ${response.status}`))
  if (!response.ok) throw refusal(new Error(`GitHub answered ${response.status}`))
  try {
    return await response.json()
  } catch (error) {
    throw outage(error)
  }
}

/**
 * GitHub, which speaks OAuth 2 and not OpenID Connect: who somebody is, is asked of its API. The number of an account names
 * it for good; its login may change hands.
 */
export function githubProvider(config: GithubConfig): IdentityProvider {
  const ask = (path: string, token: string): Promise<unknown> =>
    request(config.fetch, `${config.apiUrl}${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        'user-agent': 'ez-solutions',
      },
    })

  return {
    name: 'github',
    label: 'GitHub',
    authorizationUrl({ redirectUri, state, codeVerifier }) {
      const url = new URL(`${config.baseUrl}/login/oauth/authorize`)
      url.search = new URLSearchParams({
        client_id: config.clientId,
        redirect_uri: redirectUri,
        scope: 'read:user user:email',
        state,
        code_challenge: pkceChallenge(codeVerifier),
        code_challenge_method: 'S256',
      }).toString()
      return Promise.resolve(url.href)
    },
    async identify(callbackUrl, { redirectUri, codeVerifier }) {
      const code = new URL(callbackUrl).searchParams.get('code')
      if (code === null) throw refusal()
      const token = read(
        Token,
        await request(config.fetch, `${config.baseUrl}/login/oauth/access_token`, {
          method: 'POST',
          headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({
            client_id: config.clientId,
            client_secret: config.clientSecret,
            code,
            redirect_uri: redirectUri,
            code_verifier: codeVerifier,
          }).toString(),
        }),
      )
      if ('error' in token) throw refusal(new Error(`GitHub refused the code: ${token.error}`))
      const user = read(User, await ask('/user', token.access_token))
      const emails = read(Emails, await ask('/user/emails', token.access_token))
      const primary = emails.find((each) => each.primary)
      return {
        issuer: config.baseUrl,
        subject: String(user.id),
        email: primary?.email ?? null,
        emailVerified: primary?.verified ?? false,
        name: user.name ?? user.login,
      }
    },
  }
}
