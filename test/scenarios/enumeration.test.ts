import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { apiClient, buildCustomer } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage } from '#test/support/visitor.ts'

/** Nobody learns from an answer who has an account here. How long answers take is measured by `npm run bench`. */
const app = await createTestApp({}, { web: true })
after(() => app.close())

const KNOWN = 'known@example.com'
let strangers = 0
const newStranger = (): string => `stranger${(strangers += 1)}@example.com`
const password = 'four random words here'
let customer: Awaited<ReturnType<typeof buildCustomer>>
before(async () => {
  const sent = await apiClient(app).post('/users', {
    email: KNOWN,
    password: 'another four random words',
    name: 'Jane',
  })
  assert.equal(sent.status, 202)
  customer = await buildCustomer(app)
})

/** What is left of an answer when its address, and what is new in every answer, are taken out. */
const bare = (text: string): string =>
  text
    .replaceAll(/(known|stranger\d+)(@|%40)example\.com/g, 'ADDRESS')
    .replaceAll(/\b[a-z]{3}_[0-9a-z]{20,}/g, 'ID')
    .replaceAll(/nonce="[^"]*"/g, 'NONCE')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, 'TIME')

const questions: [string, string, (email: string) => object][] = [
  ['a log-in', '/sessions', (email) => ({ email, password: 'a guess that is wrong' })],
  ['a log-in with a code', '/sessions', (email) => ({ email, password: 'another wrong guess', code: '123456' })],
  ['a registration', '/users', (email) => ({ email, password, name: 'Jane Doe' })],
  ['a registration with a simple password', '/users', (email) => ({ email, password: email, name: 'Jane Doe' })],
  ['a password reset', '/password-resets', (email) => ({ email })],
  ['another link to verify', '/users/resend-verification', (email) => ({ email })],
]

for (const [name, path, body] of questions)
  test(`${name} is answered alike for somebody known and for a stranger`, async () => {
    const [known, stranger] = [
      await apiClient(app).post(path, body(KNOWN)),
      await apiClient(app).post(path, body(newStranger())),
    ]
    assert.equal(known.status, stranger.status)
    assert.equal(bare(JSON.stringify(known.body)), bare(JSON.stringify(stranger.body)))
    const names = (answer: typeof known): string[] => [...answer.headers.keys()].toSorted()
    assert.deepEqual(names(known), names(stranger))
  })

const asked: [string, string, string, (email: string) => Record<string, string>][] = [
  ['the log-in page', '/login', 'Log in', (email) => ({ email, password: 'a guess that is wrong' })],
  ['the page to register', '/register', 'Create account', (email) => ({ email, password, name: 'Jane Doe' })],
  ['the page for a forgotten password', '/forgot-password', 'Send the link', (email) => ({ email })],
]

for (const [name, address, button, fields] of asked)
  test(`${name} is the same for somebody known and for a stranger`, async () => {
    const see = async (email: string): Promise<VisitedPage> => {
      const page = await createVisitor(app).open(address)
      return page.press(button, fields(email))
    }
    const [known, stranger] = [await see(KNOWN), await see(newStranger())]
    assert.equal(known.status, stranger.status)
    assert.equal(bare(known.url.href), bare(stranger.url.href))
    assert.equal(bare(known.text), bare(stranger.text))
    assert.equal(bare(known.html), bare(stranger.html), 'also in what is not read')
  })

test('whoever invites somebody, or moves to an address, does not learn whether it is known here', async () => {
  const client = customer.api
  for (const [path, body] of [
    ['/invitations', (email: string) => ({ email, role: 'read_only' })],
    ['/me/email-changes', (email: string) => ({ email })],
  ] as const) {
    const [known, stranger] = [await client.post(path, body(KNOWN)), await client.post(path, body(newStranger()))]
    assert.ok(known.status < 300, `${path}: ${JSON.stringify(known.body)}`)
    assert.equal(known.status, stranger.status)
    assert.equal(bare(JSON.stringify(known.body)), bare(JSON.stringify(stranger.body)), path)
  }
})
