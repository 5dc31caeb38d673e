import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { anonymous, system } from '#platform/actor.ts'
import {
  apiClient,
  buildCustomer,
  buildOrder,
  PASSWORD,
  type ProblemAnswer,
  type TestCustomer,
} from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { apiPolicy, ruleOf } from '#app/policy.ts'
import { routes } from './routes.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
let tom: TestCustomer
let program: ReturnType<typeof apiClient>
let programTokenId: string
let staff: ReturnType<typeof apiClient>
before(async () => {
  jane = await buildCustomer(app)
  tom = await buildCustomer(app)
  const made = await jane.api.post<{ id: string; token: string }>('/api-tokens', { name: 'Script' })
  program = apiClient(app, made.body.token)
  programTokenId = made.body.id
  await createStaff(app, system('test'), {
    email: 'ops@example.com',
    name: 'Ops',
    role: 'admin',
    password: PASSWORD,
    locale: 'en',
  })
  staff = apiClient(app, (await signIn(app, anonymous, { email: 'ops@example.com', password: PASSWORD })).token)
})

const cookie = (token: string, headers: Record<string, string> = {}) => ({
  cookie: `x=1; __Host-session=${token}`,
  ...headers,
})
const fill = (path: string): string => path.replaceAll(/\{\w+\}/g, 'xxx_00000000000000000000000000')

test('every operation has its row in the policy, and every row its operation', () => {
  assert.deepEqual(routes.map((route) => route.operationId).toSorted(), Object.keys(apiPolicy).toSorted())
})

for (const route of routes) {
  const rule = ruleOf(route.operationId)
  const method = route.method.toUpperCase()
  if (rule.who !== 'anyone')
    test(`${method} ${route.path} is closed to strangers`, async () => {
      const answer: ProblemAnswer = await apiClient(app).send(method, fill(route.path))
      assert.equal(answer.status, 401)
      assert.equal(answer.body.code, 'sign_in_required')
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
    })
  if (rule.session)
    test(`${method} ${route.path} is closed to API tokens`, async () => {
      const answer: ProblemAnswer = await program.send(method, fill(route.path))
      assert.equal(answer.status, 403)
      assert.equal(answer.body.code, 'session_required')
    })
  if (rule.who === 'customer' && !rule.staff)
    test(`${method} ${route.path} is closed to staff, who act for no customer`, async () => {
      const answer: ProblemAnswer = await staff.send(method, fill(route.path))
      assert.equal(answer.status, 403)
      assert.equal(answer.body.code, 'permission_denied')
    })
}

test("another customer's things do not exist, and the answer is that for things that never were", async () => {
  const order = await buildOrder(jane)
  const own = [`/orders/${order.id}`, `/invoices/${order.invoiceId}`, `/invoices/${order.invoiceId}/pdf`]
  const none = ['/orders/ord_00000000000000000000000000', '/invoices/inv_00000000000000000000000000']
  none.push(`${none[1]}/pdf`)
  for (const [index, path] of own.entries()) {
    const foreign: ProblemAnswer = await tom.api.get(path)
    const missing: ProblemAnswer = await tom.api.get(none[index]!)
    assert.equal(foreign.status, 404)
    assert.deepEqual({ ...foreign.body, requestId: '' }, { ...missing.body, requestId: '' })
  }
  for (const path of [`/orders/${order.id}/cancellation`, `/invoices/${order.invoiceId}/payments`])
    assert.equal((await tom.api.post(path)).status, 404)
  assert.equal((await tom.api.send('DELETE', `/api-tokens/${programTokenId}`)).status, 404)
  assert.deepEqual((await tom.api.get<{ data: unknown[] }>('/orders')).body.data, [])
})

test('a token that is unknown, revoked or malformed is refused, also where none is needed', async () => {
  const made = await jane.api.post<{ id: string; token: string }>('/api-tokens', { name: 'Short-lived' })
  await jane.api.send('DELETE', `/api-tokens/${made.body.id}`)
  for (const authorization of [
    `Bearer ${made.body.token}`,
    'Bearer ez_unknown',
    'Bearer',
    'Basic amFuZTpwYXNz',
    `Bearer ${'x'.repeat(300)}`,
  ])
    for (const path of ['/me', '/products']) {
      const answer: ProblemAnswer = await apiClient(app).get(path, { authorization })
      assert.equal(answer.status, 401, authorization)
      assert.equal(answer.body.code, 'token_invalid')
    }
})

test('somebody signed in registers another address, which is not about their own account', async () => {
  const person = { email: 'second@example.com', password: 'four random words here', name: 'Jane Doe', currency: 'EUR' }
  assert.equal((await jane.api.post('/users', person)).status, 202)
})

test('signing out ends the token at once', async () => {
  const session = await apiClient(app).post<{ token: string }>('/sessions', { email: tom.email, password: PASSWORD })
  const other = apiClient(app, session.body.token)
  assert.equal((await other.send('DELETE', '/sessions/current')).status, 204)
  assert.equal((await other.get('/me')).status, 401)
})

test('the cookie of our pages reads from anywhere and changes things only from our own pages', async () => {
  const { sessionToken } = jane
  const stranger = apiClient(app)
  assert.equal((await stranger.get('/me', cookie(sessionToken))).status, 200)
  const change = (headers: Record<string, string>) =>
    stranger.send('PATCH', '/me', { name: 'Jane Doe' }, cookie(sessionToken, headers))
  assert.equal((await change({ origin: 'http://localhost:8080' })).status, 200)
  assert.equal((await change({ 'sec-fetch-site': 'same-origin' })).status, 200)
  const refused: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of refused) {
    const answer = (await change(headers)) as ProblemAnswer
    assert.equal(answer.status, 403)
    assert.equal(answer.body.code, 'foreign_origin')
  }
})

test('a cookie that is over makes a stranger of whoever sends it', async () => {
  assert.equal((await apiClient(app).get('/products', cookie('over'))).status, 200)
  assert.equal((await apiClient(app).get('/me', cookie('over'))).status, 401)
})

test('a token that asks more than 600 times a minute is told so, and when to come back; others go on', async () => {
  const made = await tom.api.post<{ token: string }>('/api-tokens', { name: 'Busy' })
  const busy = apiClient(app, made.body.token)
  for (let round = 0; round < 60; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => busy.get('/regions')))
    assert.ok(answers.every((answer) => answer.status === 200))
  }
  const answer: ProblemAnswer = await busy.get('/regions')
  assert.equal(answer.status, 429)
  assert.equal(answer.body.code, 'too_many_attempts')
  assert.ok(Number(answer.headers.get('retry-after')) > 0)
  assert.equal((await tom.api.get('/regions')).status, 200)
})

test('the answer to a wrong password is that to an unknown address', async () => {
  const wrong: ProblemAnswer = await apiClient(app).post('/sessions', { email: jane.email, password: 'not this one' })
  const unknown: ProblemAnswer = await apiClient(app).post('/sessions', {
    email: 'who@example.com',
    password: 'not this one',
  })
  assert.equal(wrong.status, 401)
  assert.deepEqual({ ...wrong.body, requestId: '' }, { ...unknown.body, requestId: '' })
})
