import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { pkceChallenge } from './pkce-challenge.ts'

export type GithubAccount = {
  id: number
  login: string
  name: string | null
  emails: { email: string; primary: boolean; verified: boolean; visibility: 'public' | 'private' | null }[]
}
type Options = { clientId: string; clientSecret: string; callbackUrl: string; now?: () => number }
type Grant = {
  account: GithubAccount
  challenge: string | undefined
  redirectUri: string
  used: boolean
  madeAtMs: number
}

const CODE_MS = 600_000
const API = 'https://docs.github.com/rest'

type Memory = {
  grants: Map<string, Grant>
  tokens: Map<string, GithubAccount>
  /** Whoever sits at the browser there; undefined for somebody who says no. */
  signedIn: GithubAccount | undefined
}

/**
 * GitHub's sign-in as we use it: its addresses, its JSON, its refusals with status 200, codes that work once.
 */
export function githubSimulator(options: Options) {
  const memory: Memory = { grants: new Map(), tokens: new Map(), signedIn: undefined }
  let failures = 0
  const server = new Hono()
  server.use(async (c, next) => (failures-- > 0 ? c.json({ message: 'Server Error' }, 502) : next()))
  authorization(server, memory, options)
  tokenEndpoint(server, memory, options)
  users(server, memory)
  return {
    fetch: async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => server.request(input, init),
    server,
    signIn: (account: GithubAccount | undefined) => {
      memory.signedIn = account
    },
    failNext: (calls: number) => {
      failures = calls
    },
  }
}

function authorization(server: Hono, memory: Memory, { clientId, callbackUrl, now = Date.now }: Options): void {
  server.get('/login/oauth/authorize', (c) => {
    const query = c.req.query()
    const redirectUri = query['redirect_uri'] ?? callbackUrl
    if (query['client_id'] !== clientId) return c.text('Not Found', 404)
    const back = new URL(callbackUrl)
    if (query['state'] !== undefined) back.searchParams.set('state', query['state'])
    if (redirectUri !== callbackUrl) back.searchParams.set('error', 'redirect_uri_mismatch')
    else if (memory.signedIn) {
      const code = randomBytes(10).toString('hex')
      const { signedIn: account } = memory
      memory.grants.set(code, {
        account,
        challenge: query['code_challenge'],
        redirectUri,
        used: false,
        madeAtMs: now(),
      })
      back.searchParams.set('code', code)
    } else {
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', 'The user has denied your application access.')
    }
    return c.redirect(back.href)
  })
}

const Form = z.record(z.string(), z.string())

function tokenEndpoint(server: Hono, memory: Memory, { clientId, clientSecret, now = Date.now }: Options): void {
  server.post('/login/oauth/access_token', async (c) => {
    const form = Form.parse(await c.req.parseBody())
    const refuse = (error: string, description: string) =>
      c.json({ error, error_description: description, error_uri: `${API}/troubleshooting` })
    if (form['client_id'] !== clientId || form['client_secret'] !== clientSecret)
      return refuse('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.')
    const grant = memory.grants.get(form['code'] ?? '')
    const verified = !grant?.challenge || pkceChallenge(form['code_verifier'] ?? '') === grant.challenge
    if (!grant || grant.used || now() - grant.madeAtMs > CODE_MS || !verified)
      return refuse('bad_verification_code', 'The code passed is incorrect or expired.')
    if (form['redirect_uri'] !== grant.redirectUri)
      return refuse('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.')
    grant.used = true
    const token = `gho_${randomBytes(18).toString('hex')}`
    memory.tokens.set(token, grant.account)
    return c.json({ access_token: token, scope: 'read:user,user:email', token_type: 'bearer' })
  })
}

function users(server: Hono, { tokens }: Memory): void {
  const accountOf = (header: string | undefined): GithubAccount | undefined =>
    tokens.get(/^(?:Bearer|token) (\S+)$/.exec(header ?? '')?.[1] ?? '')
  const badCredentials = { message: 'Bad credentials', documentation_url: API, status: '401' }
  server.use('/user/*', async (c, next) => {
    if (c.req.header('user-agent') === undefined) return c.text('Request forbidden by administrative rules.', 403)
    return next()
  })
  server.get('/user', (c) => {
    const account = accountOf(c.req.header('authorization'))
    if (!account) return c.json(badCredentials, 401)
    const shown = account.emails.find((each) => each.visibility === 'public')?.email ?? null
    return c.json({ login: account.login, id: account.id, name: account.name, email: shown, type: 'User' })
  })
  server.get('/user/emails', (c) => {
    const account = accountOf(c.req.header('authorization'))
    return account ? c.json(account.emails) : c.json(badCredentials, 401)
  })
}
