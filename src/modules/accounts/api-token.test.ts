import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Actor, anonymous, system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listApiTokens } from './accounts-queries.ts'
import { mayBeApiToken, newApiToken, READING_SCOPES, TOKEN_SCOPES } from './api-token.ts'
import { authenticateApiToken } from './authenticate-api-token.ts'
import { createApiToken, CreateApiTokenInput } from './create-api-token.ts'
import { MEMBER_RIGHTS } from './member.ts'
import { mayDo } from './permissions.ts'
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

  assert.match(token, /^ez_[0-9A-Za-z]{36}$/)
  assert.equal(apiToken.lastFour, token.slice(-4))
  assert.ok(!('tokenHash' in apiToken))
  assert.ok(jane.kind === 'user')
  const caller = await authenticateApiToken(app, token)
  assert.equal(caller?.tokenId, apiToken.id)
  assert.equal(caller.actor.customerId, jane.customerId)
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

test('a token made without a word on it reads, and changes nothing', async () => {
  const jane = await newUser('reader@example.com')
  const { token, apiToken } = await createApiToken(app, jane, { name: 'dashboard' })
  assert.deepEqual(apiToken.scopes, READING_SCOPES)
  const { actor } = (await authenticateApiToken(app, token))!
  assert.ok(mayDo(actor, 'invoice.read'))
  for (const changing of TOKEN_SCOPES.filter((each) => !READING_SCOPES.includes(each)))
    assert.ok(!mayDo(actor, changing), changing)
})

test('a token never may more than its user, neither when it is made nor after they were given less', async () => {
  const jane = await newUser('boss@example.com')
  assert.ok(jane.kind === 'user')
  const reader: Actor = { ...jane, may: new Set([...MEMBER_RIGHTS.read_only, 'token.create']) }
  await assert.rejects(createApiToken(app, reader, { name: 'x', scopes: ['order.place'] }), {
    code: 'scope_beyond_role',
  })

  const { token } = await createApiToken(app, jane, { name: 'shop', scopes: ['order.place', 'order.read'] })
  assert.ok(mayDo((await authenticateApiToken(app, token))!.actor, 'order.place'))
  await app.db.updateTable('members').set({ role: 'read_only' }).where('userId', '=', jane.userId).execute()
  const { actor } = (await authenticateApiToken(app, token))!
  assert.deepEqual([mayDo(actor, 'order.place'), mayDo(actor, 'order.read')], [false, true])
  await app.db.updateTable('members').set({ role: 'owner' }).where('userId', '=', jane.userId).execute()
})

test('nobody can give a token what only a person may do', () => {
  for (const scope of ['token.create', 'member.manage', 'service.lend', 'customer.close', 'staff.manage'])
    assert.ok(!CreateApiTokenInput.safeParse({ name: 'x', scopes: [scope] }).success, scope)
})

test('where a second factor is demanded that its user does not have, a token may do nothing', async () => {
  const jane = await newUser('demanded@example.com')
  assert.ok(jane.kind === 'user')
  const { token } = await createApiToken(app, jane, { name: 'x' })
  await app.db
    .updateTable('customers')
    .set({ membersNeedSecondFactor: true })
    .where('id', '=', jane.customerId)
    .execute()
  assert.deepEqual([...(await authenticateApiToken(app, token))!.actor.may], [])
})

test('a token with an end works until then, and leaves room for another', async () => {
  const jane = await newUser('ends@example.com')
  const { token } = await createApiToken(app, jane, { name: 'trial', expiresInDays: 30 })
  app.advance({ hours: 24 * 30 - 1 })
  assert.ok(await authenticateApiToken(app, token))
  app.advance({ hours: 1 })
  assert.equal(await authenticateApiToken(app, token), undefined)
  assert.deepEqual(await listApiTokens(app, jane), [])
})

test('a token for certain addresses works from these alone, also when the address is not known', async () => {
  const jane = await newUser('addresses@example.com')
  const addresses = ['203.0.113.0/24', '2001:db8::/48', '198.51.100.7']
  const { token } = await createApiToken(app, jane, { name: 'office', addresses })
  for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::1', '198.51.100.7'])
    assert.ok(await authenticateApiToken(app, token, address), address)
  for (const address of ['203.0.114.1', '2001:db9::1', '198.51.100.8', undefined])
    await assert.rejects(authenticateApiToken(app, token, address), { code: 'address_not_allowed' })
  assert.equal((await listApiTokens(app, jane))[0]?.lastUsedAddress, '203.0.113.9')
  for (const wrong of ['203.0.113.0/33', 'office.example.com', '203.0.113', '2001:db8::/129', ''])
    assert.ok(!CreateApiTokenInput.safeParse({ name: 'x', addresses: [wrong] }).success, wrong)
})

test('a mistyped token is told apart by its checksum; each letter counts', () => {
  const token = newApiToken()
  assert.ok(mayBeApiToken(token))
  for (let at = 3; at < token.length; at += 1) {
    const other = token[at] === 'x' ? 'y' : 'x'
    assert.ok(!mayBeApiToken(token.slice(0, at) + other + token.slice(at + 1)), String(at))
  }
  assert.ok(!mayBeApiToken(token.slice(0, -1)) && !mayBeApiToken(`${token}0`))
})

test('whoever looks after the members sees and ends their tokens; others see their own', async () => {
  const jane = await newUser('head@example.com')
  const joe = await newUser('hand@example.com')
  assert.ok(jane.kind === 'user' && joe.kind === 'user')
  const { customerId } = jane
  await app.db
    .insertInto('members')
    .values({ customerId, userId: joe.userId, role: 'technical', createdAt: app.clock.now() })
    .execute()
  const hand: Actor = { ...joe, customerId, may: MEMBER_RIGHTS.technical }
  const { token, apiToken } = await createApiToken(app, hand, { name: 'their script' })
  assert.deepEqual(await listApiTokens(app, jane), [])
  const [seen] = await listApiTokens(app, jane, { everyone: true })
  assert.deepEqual([seen?.id, seen?.userName, seen?.own], [apiToken.id, 'Jane', false])
  await assert.rejects(listApiTokens(app, hand, { everyone: true }), { code: 'permission_denied' })

  const { apiToken: theirs } = await createApiToken(app, jane, { name: 'of the head' })
  await assert.rejects(revokeApiToken(app, hand, { tokenId: theirs.id }), { code: 'api_token_not_found' })
  await revokeApiToken(app, jane, { tokenId: apiToken.id })
  assert.equal(await authenticateApiToken(app, token), undefined)
})

test('its owner is told by mail that a token was made', async () => {
  await newUser('told@example.com')
  const { actor } = await signIn(app, anonymous, { email: 'told@example.com', password })
  await createApiToken(app, actor, { name: 'backup <script>' })
  await app.work()
  const mail = await app.mail.waitFor(
    (each) => each.recipients.includes('told@example.com') && /token/.test(each.subject),
  )
  assert.match(mail.subject, /An API token was made/)
  assert.match(mail.text, /backup <script>/)
})
