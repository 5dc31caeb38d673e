import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { beforeEach, test } from 'node:test'
import type { IdentityRound } from '#modules/accounts/identity-provider.ts'
import { type GithubAccount, githubSimulator } from './github-simulator.ts'
import { githubProvider } from './github.ts'

const contracts = new URL('../../../../shared/contracts/', import.meta.url)
const skip = existsSync(contracts) ? false : 'skipped: contracts not present'

const CLIENT = { clientId: 'Iv1.ez', clientSecret: 'a secret' }
const callbackUrl = 'https://shop.example.com/login/with/github/callback'
const round: IdentityRound = { redirectUri: callbackUrl, state: 's1', nonce: 'n1', codeVerifier: 'v'.repeat(43) }
const ada: GithubAccount = {
  id: 583_231,
  login: 'ada',
  name: 'Ada Byron',
  emails: [
    { email: 'old@example.com', primary: false, verified: true, visibility: null },
    { email: 'ada@example.com', primary: true, verified: true, visibility: 'private' },
  ],
}

let nowMs = 0
let sim: ReturnType<typeof githubSimulator>
let provider: ReturnType<typeof githubProvider>
beforeEach(() => {
  nowMs = Date.now()
  sim = githubSimulator({ ...CLIENT, callbackUrl, now: () => nowMs })
  provider = githubProvider({
    ...CLIENT,
    baseUrl: 'http://github.test',
    apiUrl: 'http://github.test',
    fetch: sim.fetch,
  })
})

/** What a browser does at GitHub: goes there, and comes back by the address it is sent to. */
async function visit(account: GithubAccount | undefined, with_ = round): Promise<string> {
  sim.signIn(account)
  const answer = await sim.fetch(await provider.authorizationUrl(with_))
  assert.equal(answer.status, 302)
  return answer.headers.get('location')!
}
const refused = { code: 'identity_refused' }
const unavailable = { code: 'identity_unavailable' }

test('somebody is who the number of their account says, with their primary address', async () => {
  assert.deepEqual(await provider.identify(await visit(ada), round), {
    issuer: 'http://github.test',
    subject: '583231',
    email: 'ada@example.com',
    emailVerified: true,
    name: 'Ada Byron',
  })
})

test('who renames their account stays who they are, and whoever takes the name is another', async () => {
  const renamed = await provider.identify(await visit({ ...ada, login: 'countess' }), round)
  assert.equal(renamed.subject, '583231')
  const taker = await provider.identify(await visit({ ...ada, id: 99 }), round)
  assert.notEqual(taker.subject, renamed.subject)
})

test('a primary address that is not verified is no verified one, though another is', async () => {
  const emails = ada.emails.map((each) => ({ ...each, verified: !each.primary }))
  const found = await provider.identify(await visit({ ...ada, emails }), round)
  assert.deepEqual([found.email, found.emailVerified], ['ada@example.com', false])
  const none = await provider.identify(await visit({ ...ada, emails: [], name: null }), round)
  assert.deepEqual([none.email, none.emailVerified, none.name], [null, false, 'ada'])
})

test('a code works once, for ten minutes, and only with the verifier it was asked for', async () => {
  const url = await visit(ada)
  await assert.rejects(provider.identify(url, { ...round, codeVerifier: 'w'.repeat(43) }), refused)
  await provider.identify(url, round)
  await assert.rejects(provider.identify(url, round), refused)
  const late = await visit(ada)
  nowMs += 601_000
  await assert.rejects(provider.identify(late, round), refused)
})

test('an answer without a code, or with a made-up one, is refused, though GitHub says so with status 200', async () => {
  await assert.rejects(provider.identify(`${callbackUrl}?state=s1`, round), refused)
  await assert.rejects(provider.identify(`${callbackUrl}?state=s1&code=made-up`, round), refused)
  const other = githubProvider({
    ...CLIENT,
    clientSecret: 'wrong',
    baseUrl: 'http://github.test',
    apiUrl: 'http://github.test',
    fetch: sim.fetch,
  })
  await assert.rejects(other.identify(await visit(ada), round), refused)
})

test('whoever says no there comes back without a code', async () => {
  const url = new URL(await visit(undefined))
  assert.deepEqual([url.searchParams.get('error'), url.searchParams.get('state')], ['access_denied', 's1'])
})

test('faults of GitHub are told as that, at each step', async () => {
  for (const calls of [1, 2, 3]) {
    const url = await visit(ada)
    let before = calls - 1
    const failing = githubProvider({
      ...CLIENT,
      baseUrl: 'http://github.test',
      apiUrl: 'http://github.test',
      fetch: async (input, init) => {
        if (before-- === 0) sim.failNext(1)
        return sim.fetch(input, init)
      },
    })
    await assert.rejects(failing.identify(url, round), unavailable, `call ${calls}`)
  }
  const away = githubProvider({
    ...CLIENT,
    baseUrl: 'http://github.test',
    apiUrl: 'http://github.test',
    fetch: () => Promise.reject(new TypeError('fetch failed')),
  })
  await assert.rejects(away.identify(await visit(ada), round), unavailable)
})

test('the simulator answers as GitHub was recorded to', { skip }, async () => {
  const samples = JSON.parse(readFileSync(new URL('oidc/samples.json', contracts), 'utf8')) as Record<string, unknown>
  const url = new URL(await visit(ada))
  const ask = async (code: string): Promise<object> =>
    (await (
      await sim.fetch('http://github.test/login/oauth/access_token', {
        method: 'POST',
        body: new URLSearchParams({
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
          code,
          redirect_uri: callbackUrl,
          code_verifier: round.codeVerifier,
        }),
      })
    ).json()) as object
  const shapes: Record<string, object> = {
    github_token_ok: await ask(url.searchParams.get('code')!),
    github_token_error_http_200: await ask('made-up'),
  }
  for (const [name, answer] of Object.entries(shapes)) {
    assert.deepEqual(Object.keys(answer).toSorted(), Object.keys(samples[name] as object).toSorted(), name)
  }
})
