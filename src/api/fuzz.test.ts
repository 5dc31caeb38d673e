import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { signIn } from '#modules/accounts/sign-in.ts'
import { anonymous } from '#platform/actor.ts'
import { apiClient, buildCustomer, buildOrder, PASSWORD, type TestCustomer } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { problemsOf } from './openapi.ts'
import { ProblemBody, statusOf } from './problems.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

const app = await createTestApp()
after(() => app.close())

const CASES = Number(process.env['FUZZ_CASES'] ?? 100)
// A stream does not end by itself, a session must not, and hashing passwords is slow on purpose.
const LEFT_OUT = new Set(['followEvents', 'signOut', 'getInvoicePdf', 'changePassword'])
const SLOW = new Set(['registerUser', 'signIn', 'resetPassword'])

let jane: TestCustomer
let ids: string[] = []
before(async () => {
  jane = await buildCustomer(app)
  const { id, invoiceId } = await buildOrder(jane)
  ids = [id, invoiceId, 'vps', 'inv_00000000000000000000000000']
})

/** Values that break what was not thought of: wrong kinds, edges, long and strange texts, deep and dangerous objects. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, -0, 0.5, 1e21, 2 ** 53, '', ' ', '1', [], {}, [[]], 'x'.repeat(10_000)),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    '\u202Egnp.exe',
    "'; drop table users; --",
    '${7*7}',
    '../../etc/passwd',
  ),
  fc.constantFrom<unknown>(
    { toString: 1 },
    { constructor: { prototype: { admin: true } } },
    JSON.parse('{"__proto__":{"a":1}}'),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
)

/** The example with one thing in it changed, taken out or added. */
const mutated = (example: object): fc.Arbitrary<unknown> =>
  fc.tuple(fc.nat(), strange, fc.constantFrom('replace', 'remove', 'add')).map(([where, value, how]) => {
    const copy = structuredClone(example)
    const spots = [...spotsOf(copy)]
    const spot = spots[where % spots.length]
    if (!spot) return value
    if (how === 'remove') Reflect.deleteProperty(spot.holder, spot.key)
    else if (how === 'add') Reflect.set(spot.holder, 'more', value)
    else Reflect.set(spot.holder, spot.key, value)
    return copy
  })

function* spotsOf(value: unknown): Generator<{ holder: object; key: string }> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    yield { holder: value, key }
    yield* spotsOf(part)
  }
}

const requestOf = (route: Route): fc.Arbitrary<{ path: string; body: string | undefined }> =>
  fc.record({
    path: fc
      .tuple(
        fc.oneof(fc.constantFrom(...Array.from({ length: 4 }, (_, index) => index)), fc.string({ unit: 'binary' })),
        fc.string(),
      )
      .map(([id, query]) => {
        const part = typeof id === 'number' ? (ids[id] ?? 'x') : encodeURIComponent(id.toWellFormed()) || 'x'
        return route.path.replaceAll(/\{\w+\}/g, part) + (query === '' ? '' : `?${encodeURI(query.toWellFormed())}`)
      }),
    body: route.body
      ? fc.oneof(
          { weight: 4, arbitrary: mutated(route.example ?? {}).map((value) => JSON.stringify(value)) },
          fc.string({ unit: 'binary' }),
        )
      : fc.constant(undefined),
  })

for (const route of routes) {
  if (LEFT_OUT.has(route.operationId)) continue
  test(`whatever ${route.operationId} is sent, it answers as documented and never with a fault of ours`, async () => {
    await app.db.deleteFrom('rateLimits').execute()
    // A session of its own, as each may ask 600 times a minute.
    const { token } = await signIn(app, anonymous, { email: jane.email, password: PASSWORD })
    const api = apiClient(app, token)
    await fc.assert(
      fc.asyncProperty(requestOf(route), async ({ path, body }) => {
        const answer = await api.send(route.method.toUpperCase(), path, body)
        if (answer.status < 400) {
          assert.equal(answer.status, route.success.status)
          if (route.success.body) z.parse(route.success.body, answer.body)
          return
        }
        const problem = z.strictObject(ProblemBody.shape).parse(answer.body)
        assert.equal(problem.status, answer.status)
        if (!SLOW.has(route.operationId)) assert.notEqual(answer.status, 429)
        assert.ok(answer.status < 500, `${problem.code}: ${problem.detail}`)
        assert.ok(problemsOf(route).some((code) => statusOf({ code, kind: 'invalid' }) === answer.status))
        if (answer.status === 422) assert.ok(problem.issues?.length ?? problem.code === 'link_invalid', problem.code)
      }),
      { numRuns: SLOW.has(route.operationId) ? Math.ceil(CASES / 8) : CASES },
    )
  })
}

test('after all of it the database holds nothing that nobody asked for', async () => {
  const { staffRole } = await app.db
    .selectFrom('users')
    .select('staffRole')
    .where('email', '=', jane.email)
    .executeTakeFirstOrThrow()
  assert.equal(staffRole, null)
  const orders = await app.db.selectFrom('orders').select('id').execute()
  assert.equal(orders.length, 1)
})
