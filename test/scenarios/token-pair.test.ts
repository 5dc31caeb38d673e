import assert from 'node:assert/strict'
import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose'
import { forgetSignIns } from '#modules/accounts/forget-sign-ins.ts'
import { getSigningKey, rotateKeys } from '#modules/accounts/signing-key.ts'
import type { TokenPair } from '#modules/accounts/token-pair.ts'
import { apiClient, PASSWORD, buildCustomer, type ProblemAnswer } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { codeOf } from '#test/support/totp-app.ts'
import { buildTotpOwner, TOTP_PASSWORD } from '#test/support/totp-owners.ts'

const app = await createTestApp()
after(() => app.close())
const anyone = apiClient(app)

let email: string
before(async () => {
  email = (await buildCustomer(app)).email
})

async function open(): Promise<TokenPair> {
  const { status, body } = await anyone.post<TokenPair>('/auth/token', { email, password: PASSWORD })
  assert.equal(status, 201)
  return body
}
const refresh = (refreshToken: string) => anyone.post<TokenPair>('/auth/token/refresh', { refreshToken })
const statusOf = async (token: string): Promise<number> => (await apiClient(app, token).get('/me')).status
const jwks = async () =>
  (await (await app.fetch(new Request('http://localhost:8080/.well-known/jwks.json'))).json()) as { keys: JWK[] }

test('a program signs in for a pair, uses it for ten minutes, and renews it', async () => {
  const first = await open()
  assert.deepEqual([first.tokenType, first.expiresIn], ['Bearer', 600])
  assert.equal(await statusOf(first.accessToken), 200)
  app.advance({ minutes: 10 })
  assert.equal(await statusOf(first.accessToken), 401)
  const { body: second } = await refresh(first.refreshToken)
  assert.equal(await statusOf(second.accessToken), 200)
  assert.notEqual(second.refreshToken, first.refreshToken)
})

test('others can check an access token with the keys we publish, and learn who it is for', async () => {
  const { accessToken } = await open()
  const keys = await jwks()
  assert.ok(keys.keys.length > 0 && keys.keys.every((key) => !('d' in key)), 'only public halves')
  const { payload, protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(keys), {
    issuer: 'http://localhost:8080',
    audience: 'http://localhost:8080/api/v1',
    currentDate: new Date(app.clock.now().epochMilliseconds),
  })
  assert.equal(protectedHeader.alg, 'ES256')
  assert.match(payload.sub ?? '', /^usr_/)
})

test('a wrong password opens no pair, and a second factor is not skipped', async () => {
  const wrong = (await anyone.post('/auth/token', { email, password: 'a guess' })) as ProblemAnswer
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'sign_in_failed'])
  const owner = await buildTotpOwner(app)
  const login = { email: owner.email, password: TOTP_PASSWORD }
  const asked = (await anyone.post('/auth/token', login)) as ProblemAnswer
  assert.deepEqual([asked.status, asked.body.code], [401, 'second_factor_required'])
  const guessed = (await anyone.post('/auth/token', { ...login, code: '000000' })) as ProblemAnswer
  assert.equal(guessed.body.code, 'second_factor_wrong')
  assert.equal((await anyone.post('/auth/token', { ...login, code: codeOf(app, owner.secret, 1) })).status, 201)
})

test('a refresh token that comes twice ends its session: neither who stole it nor its owner goes on', async () => {
  const first = await open()
  const { body: second } = await refresh(first.refreshToken)
  const again = await refresh(first.refreshToken)
  assert.deepEqual([again.status, (again as unknown as ProblemAnswer).body.code], [422, 'refresh_token_invalid'])
  assert.equal((await refresh(second.refreshToken)).status, 422)
  assert.equal(await statusOf(second.accessToken), 401)
  const event = await app.db
    .selectFrom('events')
    .select('name')
    .where('name', '=', 'session.refresh_token_reused')
    .executeTakeFirst()
  assert.ok(event)
})

test('of twenty who refresh with one token at a time, one gets a pair and the session is ended', async () => {
  const first = await open()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(first.refreshToken)))
  const won = answers.filter(({ status }) => status === 201)
  assert.equal(won.length, 1)
  assert.equal(await statusOf(won[0]!.body.accessToken), 401)
})

test('revoking, signing out and a new password each end the pair at once', async () => {
  const revoked = await open()
  assert.equal((await anyone.post('/auth/token/revoke', { refreshToken: revoked.refreshToken })).status, 204)
  assert.equal((await anyone.post('/auth/token/revoke', { refreshToken: revoked.refreshToken })).status, 204)
  assert.equal((await anyone.post('/auth/token/revoke', { refreshToken: 'unknown' })).status, 204)

  const signedOut = await open()
  assert.equal((await apiClient(app, signedOut.accessToken).send('DELETE', '/sessions/current')).status, 204)

  const changed = await open()
  const other = await open()
  const { status } = await apiClient(app, other.accessToken).send('PUT', '/me/password', {
    currentPassword: PASSWORD,
    newPassword: 'other four random words',
  })
  assert.equal(status, 204)
  await apiClient(app, other.accessToken).send('PUT', '/me/password', {
    currentPassword: 'other four random words',
    newPassword: PASSWORD,
  })
  for (const pair of [revoked, signedOut, changed]) {
    assert.equal(await statusOf(pair.accessToken), 401)
    assert.equal((await refresh(pair.refreshToken)).status, 422)
  }
})

test('a refresh token that was used long ago is forgotten, and refused all the same', async () => {
  const first = await open()
  const { body: second } = await refresh(first.refreshToken)
  app.advance({ hours: 24 * 8 })
  await forgetSignIns.run(app, {}, { signal: new AbortController().signal } as never)
  assert.equal((await refresh(first.refreshToken)).status, 422)
  assert.equal((await refresh(second.refreshToken)).status, 201)
})

test('keys are published a day before they sign, and retired when nothing they signed can live', async () => {
  await open()
  const before = (await jwks()).keys.map((key) => key['kid'])
  app.advance({ hours: 24 * 30 })
  await rotateKeys(app)
  const ahead = (await jwks()).keys.map((key) => key['kid'])
  assert.deepEqual(ahead.slice(0, before.length), before)
  assert.equal(ahead.length, before.length + 1)
  const headOf = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid
  const old = await open()
  assert.equal(headOf(old.accessToken), before.at(-1), 'the new one does not sign yet')
  app.advance({ hours: 24 })
  await rotateKeys(app)
  const fresh = await open()
  assert.equal(headOf(fresh.accessToken), ahead.at(-1))
  assert.equal((await jwks()).keys.length, ahead.length, 'tokens of the old one may live')
  app.advance({ minutes: 30 })
  await rotateKeys(app)
  assert.deepEqual(
    (await jwks()).keys.map((key) => key['kid']),
    [ahead.at(-1)],
  )
})

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

type Parts = { header: Record<string, unknown>; payload: Record<string, unknown> }
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ownRsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ownJwk = own.publicKey.export({ format: 'jwk' })

const unsigned = ({ header, payload }: Parts): string => `${encode(header)}.${encode(payload)}`
const signedByUs = (parts: Parts): string => {
  const input = unsigned(parts)
  const signature = signBytes('sha256', Buffer.from(input), { key: own.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** What somebody makes who has a good token of theirs and our public keys. */
const forgeries: [string, (parts: Parts, good: string, publicPem: string) => string][] = [
  [
    'without a signature, by the algorithm none',
    ({ header, payload }) => `${unsigned({ header: { ...header, alg: 'none' }, payload })}.`,
  ],
  [
    'by the algorithm None, spelled otherwise',
    ({ header, payload }) => `${unsigned({ header: { ...header, alg: 'nOnE' }, payload })}.`,
  ],
  [
    'signed with our public key as if it were a shared secret',
    ({ header, payload }, _good, publicPem) => {
      const input = unsigned({ header: { ...header, alg: 'HS256' }, payload })
      return `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`
    },
  ],
  [
    'signed with a key of another kind',
    ({ header, payload }) => {
      const input = unsigned({ header: { ...header, alg: 'RS256' }, payload })
      return `${input}.${signBytes('sha256', Buffer.from(input), ownRsa.privateKey).toString('base64url')}`
    },
  ],
  ['signed with a key of the same kind that is not ours', (parts) => signedByUs(parts)],
  [
    'that brings its own key along',
    ({ header, payload }) => signedByUs({ header: { ...header, jwk: ownJwk }, payload }),
  ],
  [
    'that says where its key is to be had',
    ({ header, payload }) =>
      signedByUs({ header: { ...header, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x' }, payload }),
  ],
  [
    'whose key id is a path',
    ({ header, payload }) => signedByUs({ header: { ...header, kid: '../../dev/null' }, payload }),
  ],
  [
    'whose key id is a query',
    ({ header, payload }) => signedByUs({ header: { ...header, kid: "x' union select 'a" }, payload }),
  ],
  ['without a key id', ({ header: { kid: _kid, ...header }, payload }) => signedByUs({ header, payload })],
  [
    'with a part we must understand and do not',
    ({ header, payload }) => signedByUs({ header: { ...header, crit: ['exp2'], exp2: 1 }, payload }),
  ],
  [
    'changed after it was signed',
    ({ header, payload }, good) =>
      `${encode(header)}.${encode({ ...payload, sub: 'usr_somebody' })}.${good.split('.')[2]}`,
  ],
  ['with its signature cut', (_parts, good) => good.slice(0, -4)],
  ['with nothing for a signature', ({ header, payload }) => `${unsigned({ header, payload })}.`],
]

for (const [name, forge] of forgeries)
  test(`a token ${name} opens nothing`, async () => {
    const { accessToken } = await open()
    const [header, payload] = accessToken
      .split('.')
      .slice(0, 2)
      .map((part) => decode(part))
    const { keys } = await jwks()
    const pem = createPublicKey({ key: { ...keys.at(-1)! }, format: 'jwk' })
      .export({ format: 'pem', type: 'spki' })
      .toString()
    const forged = forge({ header: header!, payload: payload! }, accessToken, pem)
    assert.equal(await statusOf(accessToken), 200)
    assert.notEqual(forged, accessToken)
    assert.equal(await statusOf(forged), 401)
  })

test('a token that we signed ourselves opens nothing under another issuer, for others, of another type, too early or too late', async () => {
  const { id, privateKey } = await getSigningKey(app)
  const now = Math.floor(app.clock.now().epochMilliseconds / 1000)
  const { accessToken } = await open()
  const good = decode(accessToken.split('.')[1]!)
  const make = (claims: object, header: object = {}): Promise<string> =>
    new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: id, ...header })
      .sign(privateKey)
  assert.equal(await statusOf(await make({})), 200, 'the same again is a good one')
  const bad: [string, Promise<string>][] = [
    ['another issuer', make({ iss: 'https://evil.example' })],
    ['another audience', make({ aud: 'https://evil.example' })],
    ['no audience', make({ aud: undefined })],
    ['over', make({ exp: now - 1 })],
    ['no end', make({ exp: undefined })],
    ['an end in years', make({ exp: now + 1e9, iat: now - 601 })],
    ['not begun', make({ nbf: now + 100 })],
    ['another type', make({}, { typ: 'JWT' })],
    ['no type', make({}, { typ: undefined })],
    ['a session that is none', make({ sid: 'ses_00000000000000000000000000' })],
    ['no session', make({ sid: undefined })],
  ]
  for (const [name, token] of bad) assert.equal(await statusOf(await token), 401, name)
})
