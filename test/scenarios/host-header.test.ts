import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { anonymous } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'

const HOST = 'shop.hosting.test'
const app = await createTestApp({ PUBLIC_URL: `http://${HOST}`, TRUSTED_PROXIES: '192.0.2.0/24' }, { web: true })
const behindProxy = await createTestApp(
  { PUBLIC_URL: `http://${HOST}`, TRUSTED_PROXIES: '127.0.0.1,::1' },
  { addresses: true },
)
const direct = await createTestApp({ PUBLIC_URL: `http://${HOST}` }, { addresses: true })
after(async () => {
  await app.close()
  await direct.close()
  await behindProxy.close()
})

type Answer = { status: number; text: string }

/** Sends lines as they are, as no well-behaved client would. */
async function send(origin: string, head: string[], body = ''): Promise<Answer> {
  const { port } = new URL(origin)
  const socket = connect(Number(port), '127.0.0.1')
  const length = body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]
  socket.write([...head, ...length, 'connection: close', '', body].join('\r\n'))
  let text = ''
  for await (const piece of socket) text += String(piece)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
}

const EVIL = 'evil.example'
/** Ways in which somebody may say that we are somebody else. */
const FORMS: Record<string, (path: string) => string[]> = {
  'another Host': (path) => [`POST ${path} HTTP/1.1`, `host: ${EVIL}`],
  'another Host with our port': (path) => [`POST ${path} HTTP/1.1`, `host: ${EVIL}:80`],
  'our name within theirs': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}.${EVIL}`],
  'our name as a user': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}@${EVIL}`],
  'our name after a hash': (path) => [`POST ${path} HTTP/1.1`, `host: ${EVIL}#${HOST}`],
  'an absolute address': (path) => [`POST http://${EVIL}${path} HTTP/1.1`, `host: ${EVIL}`],
  'two Hosts': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `host: ${EVIL}`],
  'X-Forwarded-Host': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `x-forwarded-host: ${EVIL}`],
  'X-Forwarded-Server': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `x-forwarded-server: ${EVIL}`],
  'X-Host': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `x-host: ${EVIL}`],
  'X-Original-URL': (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `x-original-url: http://${EVIL}/`],
  Forwarded: (path) => [`POST ${path} HTTP/1.1`, `host: ${HOST}`, `forwarded: host=${EVIL};proto=https`],
}

test('whatever a request says of our name, no mail leads elsewhere', async (t) => {
  const known = 'jane@example.com'
  await registerCustomer(app, anonymous, { email: known, password: 'four random words', name: 'Jane', locale: 'en' })
  const statuses: string[] = []
  let number = 0
  for (const [name, head] of Object.entries(FORMS)) {
    number += 1
    const person = { email: `new${number}@example.com`, password: 'four random words', name: 'New', currency: 'EUR' }
    const asked = [
      ['/api/v1/users', person],
      ['/api/v1/users', { ...person, email: known }],
      ['/api/v1/users/resend-verification', { email: known }],
      ['/api/v1/password-resets', { email: known }],
    ] as const
    for (const [path, body] of asked)
      statuses.push(`${name} ${(await send(app.origin, head(path), JSON.stringify(body))).status}`)
  }
  await app.work()
  const mails = app.mail.messages()
  t.diagnostic(`${Object.keys(FORMS).length} forms, ${mails.length} mails; ${[...new Set(statuses)].join(', ')}`)
  assert.ok(mails.length > 5)
  for (const mail of mails) {
    assert.doesNotMatch(`${mail.text}${mail.html}`, /evil/)
    for (const [link] of `${mail.text} ${mail.html}`.matchAll(/https?:\/\/[^\s"<]+/g))
      assert.equal(new URL(link).host, HOST, link)
  }
})

test('a request by another name is misdirected, and health answers by any', async () => {
  for (const path of ['/', '/login', '/api/v1/products', '/webhooks/stripe', '/assets/x.js', '/nowhere']) {
    const { status, text } = await send(app.origin, [`GET ${path} HTTP/1.1`, `host: ${EVIL}`])
    assert.equal(status, 421, path)
    assert.match(text, /content-security-policy: default-src 'none'/i)
  }
  assert.equal((await send(app.origin, ['GET / HTTP/1.1', `host: ${HOST}`])).status, 200)
  assert.equal((await send(app.origin, ['GET /health/live HTTP/1.1', 'host: 10.0.0.1'])).status, 200)
})

test('limits count by whom a proxy of ours names, and by nobody else', async () => {
  const fail = (on: typeof app, from: string): Promise<Answer> =>
    send(
      on.origin,
      ['POST /api/v1/sessions HTTP/1.1', `host: ${HOST}`, `x-forwarded-for: ${from}`],
      JSON.stringify({ email: `nobody-${Math.random()}@example.com`, password: 'not this one' }),
    )
  const tooMany = async (on: typeof app, from: () => string): Promise<number> => {
    for (let tries = 1; tries <= 60; tries += 1) if ((await fail(on, from())).status === 429) return tries
    return 0
  }
  let each = 0
  assert.equal(
    await tooMany(direct, () => `198.51.100.${(each += 1)}`),
    51,
    'a header written by the client changes nothing',
  )
  assert.equal(await tooMany(behindProxy, () => '198.51.100.1'), 51)
  assert.equal((await fail(behindProxy, '198.51.100.2')).status, 401, 'another client of the same proxy goes on')
})
