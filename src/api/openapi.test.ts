import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { apiClient } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { OpenApi, Operation } from './openapi.ts'
import { routes } from './routes.ts'

const app = await createTestApp()
after(() => app.close())

const answer = await apiClient(app).get<OpenApi>('/openapi.json')
const document = answer.body
const operations: [string, Operation][] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
)

/** Every value in the document together with the way to it. */
function* walk(value: unknown, at = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>]
  for (const [key, part] of Object.entries(value)) yield* walk(part, `${at}/${key}`)
}

const resolve = (ref: string): unknown =>
  ref
    .split('/')
    .slice(1)
    .reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], document)

test('the document says what it is and describes every operation once', () => {
  assert.equal(document.openapi, '3.1.0')
  assert.equal(operations.length, routes.length)
  assert.equal(new Set(operations.map(([, operation]) => operation.operationId)).size, routes.length)
  assert.deepEqual(Object.keys(document).toSorted(), ['components', 'info', 'openapi', 'paths', 'servers', 'tags'])
})

test('every reference leads somewhere', () => {
  for (const [at, value] of walk(document))
    if (typeof value['$ref'] === 'string') assert.ok(resolve(value['$ref']), `${value['$ref']} at ${at}`)
})

test('every schema is a JSON Schema that a validator takes', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'https://ez.invalid/openapi' })
  for (const [at, value] of walk(document))
    if (at.endsWith('/schema') || /^#\/components\/schemas\/\w+$/.test(at))
      ajv.compile(JSON.parse(JSON.stringify(value).replaceAll('"#/', '"https://ez.invalid/openapi#/')) as object)
})

for (const [name, operation] of operations)
  test(`${name} is described in full`, () => {
    assert.ok(operation.summary)
    assert.ok(document.tags.some((tag) => tag.name === operation.tags[0]))
    assert.ok(operation['x-authz']['who'])
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    assert.deepEqual(
      operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name),
      inPath,
    )
    const success = Object.keys(operation.responses).filter((status) => status.startsWith('2'))
    assert.equal(success.length, 1)
    assert.ok(Object.keys(operation.responses).includes('429'))
    if (name.startsWith('post')) assert.ok(operation.parameters.some((each) => each.name === 'Idempotency-Key'))
  })

for (const route of routes)
  if (route.body)
    test(`the example of ${route.operationId} is one`, () => {
      const parsed = route.body!.safeParse(route.example)
      assert.ok(parsed.success, JSON.stringify(parsed.error?.issues))
    })

test('whoever has the document is told that it is unchanged', async () => {
  const etag = answer.headers.get('etag') ?? ''
  const again = await apiClient(app).get('/openapi.json', { 'if-none-match': etag })
  assert.equal(again.status, 304)
})

test('the reference page shows every operation and every object, and runs no script', async () => {
  const page = await apiClient(app).get<string>('/reference')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /style-src 'self'/)
  for (const { operationId } of routes) assert.ok(page.body.includes(`id="${operationId}"`), operationId)
  for (const [, name = ''] of page.body.matchAll(/href="#([\w-]+)"/g))
    assert.ok(page.body.includes(`id="${name}"`), name)
  assert.doesNotMatch(page.body, /<script|style="/)
  assert.equal((await apiClient(app).get('/reference.css')).status, 200)
})
