import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous, system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listApiTokens } from './accounts-queries.ts'
import { authenticateApiToken } from './authenticate-api-token.ts'
import { createApiToken } from './create-api-token.ts'
import { registerCustomer } from './register-customer.ts'
import { revokeApiToken } from './revoke-api-token.ts'
import { signIn } from './sign-in.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const newUser = async (email: string) => {
  await registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
  return (await signIn(app, anonymous, { email, password })).actor
}

test('a token is shown once, acts for its customer, and is refused right after it was revoked', async () => {
  const jane = await newUser('jane@example.com')
  const { token, apiToken } = await createApiToken(app, jane, { name: 'backup' })

  assert.match(token, /^ez_[\w-]{43}$/)
  assert.equal(apiToken.lastFour, token.slice(-4))
  assert.ok(!('tokenHash' in apiToken))
  const { session: _session, ...actor } = jane
  assert.deepEqual(await authenticateApiToken(app, token), { tokenId: apiToken.id, actor })
  assert.deepEqual(
    (await listApiTokens(app, jane)).map(({ name }) => name),
    ['backup'],
  )

  await revokeApiToken(app, jane, { tokenId: apiToken.id })
  await revokeApiToken(app, jane, { tokenId: apiToken.id })
  assert.equal(await authenticateApiToken(app, token), undefined)
  assert.deepEqual(await listApiTokens(app, jane), [])
})

test('when a token was last used is written at most once a minute', async () => {
  const jane = await newUser('minute@example.com')
  const { token, apiToken } = await createApiToken(app, jane, { name: 'backup' })
  const usedAt = async (): Promise<string> => String((await listApiTokens(app, jane))[0]?.lastUsedAt)

  await authenticateApiToken(app, token)
  const first = await usedAt()
  assert.notEqual(first, 'null')
  app.advance({ seconds: 50 })
  await authenticateApiToken(app, token)
  assert.equal(await usedAt(), first)
  app.advance({ seconds: 20 })
  await authenticateApiToken(app, token)
  assert.notEqual(await usedAt(), first)
  assert.ok(apiToken.lastUsedAt === null)
})

test("another user's token does not exist", async () => {
  const [jane, joe] = [await newUser('one@example.com'), await newUser('two@example.com')]
  const { apiToken, token } = await createApiToken(app, jane, { name: 'mine' })
  await assert.rejects(revokeApiToken(app, joe, { tokenId: apiToken.id }), { code: 'api_token_not_found' })
  assert.deepEqual(await listApiTokens(app, joe), [])
  assert.ok(await authenticateApiToken(app, token))
})

test('nobody but a user of a customer gets a token, and nobody gets more than fifty', async () => {
  await assert.rejects(createApiToken(app, anonymous, { name: 'x' }), { code: 'sign_in_required' })
  await assert.rejects(createApiToken(app, system('test'), { name: 'x' }), { code: 'sign_in_required' })
  const jane = await newUser('many@example.com')
  for (let n = 0; n < 50; n += 1) await createApiToken(app, jane, { name: `number ${n}` })
  await assert.rejects(createApiToken(app, jane, { name: 'one more' }), { code: 'too_many_api_tokens' })
})

test('what is no token of ours acts for nobody', async () => {
  for (const token of ['', 'ez_', 'ez_\0', 'Bearer ez_x', 'ez_'.padEnd(46, 'a')])
    assert.equal(await authenticateApiToken(app, token), undefined)
})
