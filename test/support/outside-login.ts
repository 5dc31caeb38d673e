import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Provider, type Configuration } from 'oidc-provider'
import { findFreePorts } from '#platform/free-port.ts'

/** Somebody as a provider knows them. */
export type OutsidePerson = { sub: string; email?: string; email_verified?: boolean; name?: string; hd?: string }

export const OIDC_CLIENT = { id: 'ez', secret: 'a secret of the client' }

/**
 * A real OpenID Connect provider on a port of its own, and somebody at its pages. It may be away, change its keys, and be
 * asked for things it should not do.
 */
export async function openIdProvider(callbackUrl: string) {
  let server: Server | undefined
  let keys: KeyObject[] = [newKey()]
  const people = new Map<string, OutsidePerson>()
  const port = await findFreePorts(1)
  const issuer = `http://127.0.0.1:${port}`

  async function start(): Promise<void> {
    const provider = new Provider(issuer, configuration(people, keys, callbackUrl))
    // Whoever tests has no need of its advice on consoles.
    provider.on('server_error', () => undefined)
    const answer = provider.callback()
    server = createServer((request, response) => void answer(request, response))
    await new Promise<void>((done) => server!.listen(port, '127.0.0.1', done))
  }
  async function stop(): Promise<void> {
    const stopping = server
    server = undefined
    if (!stopping) return
    stopping.closeAllConnections()
    await new Promise((done) => stopping.close(done))
  }

  return {
    issuer,
    start,
    stop,
    /** From now on it signs with another key, and publishes only that. */
    async rotateKeys(): Promise<void> {
      await stop()
      keys = [newKey()]
      await start()
    },
    /** Somebody it knows from now on. */
    know: (person: OutsidePerson): void => {
      people.set(person.sub, person)
    },
    /** What a browser does at its pages whose owner is, or says no. Ends with the answer that leads back. */
    browse: (person: OutsidePerson | undefined) => async (url: URL) => {
      if (person) people.set(person.sub, person)
      return browse(url, person)
    },
  }
}

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

function configuration(people: Map<string, OutsidePerson>, keys: KeyObject[], callbackUrl: string): Configuration {
  return {
    clients: [
      {
        client_id: OIDC_CLIENT.id,
        client_secret: OIDC_CLIENT.secret,
        redirect_uris: [callbackUrl],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: {
      keys: keys.map((key, index) => ({
        ...key.export({ format: 'jwk' }),
        kid: `key-${index}-${Math.random()}`,
        use: 'sig',
        alg: 'RS256',
      })),
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a key for cookies'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => {
        const { hd: _hd, ...claims } = people.get(sub) ?? { sub }
        return claims
      },
    }),
  }
}

/** Follows the provider's pages to the end: logs in and agrees, or says no. */
async function browse(start: URL, person: OutsidePerson | undefined): Promise<Response> {
  const cookies = new Map<string, string>()
  let url = start
  let form: URLSearchParams | undefined
  for (let hops = 0; hops < 20; hops += 1) {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: form } : {}),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    form = undefined
    const location = response.headers.get('location')
    if (location !== null) {
      const next = new URL(location, url)
      if (next.origin !== start.origin) return new Response(null, { status: 302, headers: { location: next.href } })
      url = next
      continue
    }
    const page = await response.text()
    const action = /action="([^"]+)"/.exec(page)?.[1]
    if (response.status !== 200 || action === undefined)
      return new Response(page, { status: response.status, headers: { 'content-type': 'text/html' } })
    if (person) {
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'login'
      form = new URLSearchParams({ prompt, login: person.sub, password: 'any' })
      url = new URL(action, url)
    } else url = new URL(`${action.replace(/\/$/, '')}/abort`, url)
  }
  throw new Error('the provider does not come to an end')
}
