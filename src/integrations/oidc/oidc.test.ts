import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { before, beforeEach, test } from 'node:test'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import type { IdentityRound } from '#modules/accounts/identity-provider.ts'
import { googleVouchesFor } from './google-vouches-for.ts'
import { oidcProvider } from './oidc.ts'

const contracts = new URL('../../../../shared/contracts/', import.meta.url)
const skip = existsSync(contracts) ? false : 'skipped: contracts not present'

const ISSUER = 'https://id.example.com'
const CLIENT = { clientId: 'ez', clientSecret: 'a secret' }
const round: IdentityRound = {
  redirectUri: 'https://shop.example.com/login/with/oidc/callback',
  state: 'state-1',
  nonce: 'nonce-1',
  codeVerifier: 'v'.repeat(43),
}
const callbackUrl = `${round.redirectUri}?code=c&state=state-1&iss=${encodeURIComponent(ISSUER)}`

let keys: { privateKey: CryptoKey; publicKey: CryptoKey }
let strangers: typeof keys
before(async () => {
  keys = await generateKeyPair('RS256', { extractable: true })
  strangers = await generateKeyPair('RS256', { extractable: true })
})

type Answers = { idToken: () => Promise<string>; userinfo: object; down: RegExp | undefined; discovery: object }
let answers: Answers
const asked: { url: string; body: string }[] = []
const now = (): number => Math.floor(Date.now() / 1000)
const claims = (more: object = {}) => ({
  iss: ISSUER,
  sub: 'alice',
  aud: CLIENT.clientId,
  iat: now(),
  exp: now() + 300,
  nonce: round.nonce,
  email: 'alice@example.com',
  email_verified: true,
  name: 'Alice',
  ...more,
})
const signed = (payload: object, key = keys.privateKey, header: object = {}): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key)

beforeEach(() => {
  asked.length = 0
  answers = {
    idToken: () => signed(claims()),
    userinfo: { sub: 'alice', email: 'alice@example.com', email_verified: true },
    down: undefined,
    discovery: {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/auth`,
      token_endpoint: `${ISSUER}/token`,
      userinfo_endpoint: `${ISSUER}/me`,
      jwks_uri: `${ISSUER}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
    },
  }
})

/** A provider that says whatever the test wants it to, which an honest one never would. */
const dishonest: typeof fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input)
  asked.push({ url, body: init?.body instanceof URLSearchParams ? init.body.toString() : '' })
  if (answers.down?.test(url)) return new Response('down', { status: 502 })
  const json = (body: object, status = 200): Response => Response.json(body, { status })
  if (url.endsWith('/.well-known/openid-configuration')) return json(answers.discovery)
  if (url.endsWith('/jwks')) {
    const jwk: JWK = { ...(await exportJWK(keys.publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }
    return json({ keys: [jwk] })
  }
  if (url.endsWith('/token'))
    return json({ access_token: 'at', token_type: 'Bearer', expires_in: 300, id_token: await answers.idToken() })
  if (url.endsWith('/me')) return json(answers.userinfo)
  return json({ error: 'not_found' }, 404)
}

const provider = () => oidcProvider({ name: 'oidc', label: 'Example', issuer: ISSUER, ...CLIENT, fetch: dishonest })
const refused = { code: 'identity_refused' }

test('a good answer tells who somebody is', async () => {
  assert.deepEqual(await provider().identify(callbackUrl, round), {
    issuer: ISSUER,
    subject: 'alice',
    email: 'alice@example.com',
    emailVerified: true,
    name: 'Alice',
  })
  const sent = new URLSearchParams(asked.find(({ url }) => url.endsWith('/token'))!.body)
  assert.equal(sent.get('code_verifier'), round.codeVerifier)
  assert.equal(sent.get('redirect_uri'), round.redirectUri)
})

test('the browser is sent with a challenge, a state and a nonce, for a code alone', async () => {
  const url = new URL(await provider().authorizationUrl(round))
  const query = Object.fromEntries(url.searchParams)
  assert.equal(url.origin + url.pathname, `${ISSUER}/auth`)
  assert.deepEqual(
    [query['response_type'], query['state'], query['nonce'], query['code_challenge_method'], query['redirect_uri']],
    ['code', round.state, round.nonce, 'S256', round.redirectUri],
  )
  assert.notEqual(query['code_challenge'], round.codeVerifier)
})

const bad: [string, () => Promise<string>][] = [
  ['another nonce', () => signed(claims({ nonce: 'nonce-2' }))],
  ['no nonce', () => signed(claims({ nonce: undefined }))],
  ['another audience', () => signed(claims({ aud: 'somebody-else' }))],
  ['our audience among others, made for another', () => signed(claims({ aud: ['ez', 'other'], azp: 'other' }))],
  ['another issuer', () => signed(claims({ iss: 'https://evil.example' }))],
  ['an issuer with a slash more', () => signed(claims({ iss: `${ISSUER}/` }))],
  ['an end that is over', () => signed(claims({ exp: now() - 120 }))],
  ['no end', () => signed(claims({ exp: undefined }))],
  ['nobody', () => signed(claims({ sub: undefined }))],
  ['the signature of a stranger', () => signed(claims(), strangers.privateKey)],
  ['a key id that is unknown', () => signed(claims(), keys.privateKey, { kid: 'k2' })],
  ['no signature', () => Promise.resolve(new UnsecuredJWT(claims()).encode())],
  [
    'a shared secret for a signature',
    () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(CLIENT.clientSecret.padEnd(32))),
  ],
  ['nothing that is a token', () => Promise.resolve('x.y.z')],
]
for (const [name, idToken] of bad)
  test(`an identity token with ${name} is refused`, async () => {
    answers.idToken = idToken
    await assert.rejects(provider().identify(callbackUrl, round), refused)
  })

test('an answer under another state, issuer or with an error is refused before a code is sent anywhere', async () => {
  const wrong = [
    callbackUrl.replace('state-1', 'state-2'),
    callbackUrl.replace(encodeURIComponent(ISSUER), encodeURIComponent('https://evil.example')),
    callbackUrl.replace(/&iss=.*/, ''),
    `${round.redirectUri}?error=server_error&state=state-1&iss=${encodeURIComponent(ISSUER)}`,
  ]
  for (const url of wrong) await assert.rejects(provider().identify(url, round), refused, url)
  assert.ok(!asked.some(({ url }) => url.endsWith('/token')))
})

test('a provider that names itself otherwise than configured is not one', async () => {
  answers.discovery = { ...answers.discovery, issuer: 'https://other.example' }
  await assert.rejects(provider().authorizationUrl(round), { code: 'identity_unavailable' })
})

test('an address from where one asks for it counts only for the same person', async () => {
  answers.idToken = () => signed(claims({ email: undefined, email_verified: undefined }))
  assert.equal((await provider().identify(callbackUrl, round)).email, 'alice@example.com')
  answers.userinfo = { sub: 'bob', email: 'bob@example.com', email_verified: true }
  await assert.rejects(provider().identify(callbackUrl, round), refused)
})

test('only a plain yes says that an address is verified', async () => {
  for (const email_verified of [false, undefined, 'true', 1, null]) {
    answers.idToken = () => signed(claims({ email_verified }))
    assert.equal((await provider().identify(callbackUrl, round)).emailVerified, false, String(email_verified))
  }
})

test('what cannot be reached is told as that, and tried again by whoever comes next', async () => {
  const one = provider()
  answers.down = /openid-configuration/
  await assert.rejects(one.authorizationUrl(round), { code: 'identity_unavailable' })
  answers.down = undefined
  assert.ok(await one.authorizationUrl(round))
  for (const down of [/token$/, /jwks$/]) {
    answers.down = down
    await assert.rejects(one.identify(callbackUrl, round), { code: 'identity_unavailable' }, String(down))
  }
  answers.down = undefined
  assert.equal((await one.identify(callbackUrl, round)).subject, 'alice')
})

test('its addresses are asked for once an hour, its keys at every return', async () => {
  const one = provider()
  for (let each = 0; each < 3; each += 1) await one.identify(callbackUrl, round)
  const count = (end: string): number => asked.filter(({ url }) => url.endsWith(end)).length
  assert.deepEqual([count('/openid-configuration'), count('/jwks')], [1, 3])
})

test('Google vouches for its own addresses and those of companies it hosts, and for no others', () => {
  const vouches = (email: string, hostedDomain?: string): boolean => googleVouchesFor({ email, hostedDomain })
  assert.ok(vouches('ada@gmail.com') && vouches('Ada@GMail.com') && vouches('ada@example.com', 'example.com'))
  assert.ok(!vouches('ada@example.com') && !vouches('ada@example.com', 'other.com'))
  assert.ok(!vouches('ada@gmail.com.evil.example') && !vouches('ada@evil-example.com', 'example.com'))
})

test('what Google publishes of itself is understood', { skip }, async () => {
  const samples = JSON.parse(readFileSync(new URL('oidc/samples.json', contracts), 'utf8')) as Record<string, object>
  for (const [name, discovery] of Object.entries(samples).filter(([key]) => key.includes('discovery'))) {
    answers.discovery = discovery
    const { issuer } = discovery as { issuer: string }
    const one = oidcProvider({ name, label: name, issuer, ...CLIENT, fetch: dishonest })
    const url = new URL(await one.authorizationUrl(round))
    const { authorization_endpoint: expected } = discovery as { authorization_endpoint: string }
    assert.equal(url.origin + url.pathname, expected)
  }
})
