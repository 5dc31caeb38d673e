import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { updateProfile } from '#modules/accounts/update-profile.ts'
import { buildCustomer, type TestCustomer } from '#test/support/api-client.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createApi } from './server.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
before(async () => {
  jane = await buildCustomer(app)
})

/** Opens the stream as a browser does and reads message by message. */
async function openStream(who: TestCustomer, options: { lastEventId?: string; signal?: AbortSignal } = {}) {
  const api = createApi(app, options.signal ? { signal: options.signal } : {})
  const headers = {
    authorization: `Bearer ${who.sessionToken}`,
    ...(options.lastEventId ? { 'last-event-id': options.lastEventId } : {}),
  }
  const response = await api.fetch(new Request('http://localhost:8080/api/v1/events', { headers }))
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const next = async (): Promise<string | undefined> => (await reader.read()).value
  return {
    /** The next message, or undefined at the end. */
    next,
    /** The next message about `name`; a stream may begin with what happened a moment before. */
    nextAbout: async (name: string): Promise<string> => {
      for (;;) {
        const message = await next()
        if (message === undefined) throw new Error(`The stream ended before it told of ${name}`)
        if (message.includes(`"name":"${name}"`)) return message
      }
    },
    close: () => reader.cancel(),
  }
}

/** A stream begins with what happens after it is open, which takes one question to the database. */
const settle = () => pause(60)

const rename = (who: TestCustomer, name: string) => updateProfile(app, who.actor, { name, locale: 'en' })
const openStreams = async (): Promise<number> => (await app.metrics.eventStreams.get()).values[0]?.value ?? 0

test('a customer hears what happens to what is theirs, by name and id only', async () => {
  const tom = await buildCustomer(app)
  const stream = await openStream(jane)
  assert.equal(await stream.next(), 'retry: 2000\n\n')
  await settle()
  await rename(tom, 'Somebody Else')
  await rename(jane, 'Jane Heard')
  const message = await stream.nextAbout('user.updated')
  const data = JSON.parse(/^data: (.*)$/m.exec(message)?.[1] ?? '{}') as object
  assert.deepEqual(Object.keys(data), ['name', 'subjectId', 'createdAt'])
  assert.match(message, new RegExp(`"name":"user.updated","subjectId":"${jane.actor.userId}"`))
  assert.doesNotMatch(message, /Jane Heard/)
  await stream.close()
})

test('whoever comes back hears what they missed', async () => {
  const stream = await openStream(jane)
  await stream.next()
  await settle()
  await rename(jane, 'First')
  const cursor = /^id: (.*)$/m.exec(await stream.nextAbout('user.updated'))?.[1]
  await stream.close()
  await rename(jane, 'Missed')

  const again = await openStream(jane, { lastEventId: cursor! })
  await again.next()
  assert.match((await again.next()) ?? '', /user\.updated/)
  await again.close()
})

test('a cursor that is none begins with what happens next', async () => {
  const stream = await openStream(jane, { lastEventId: "1-1'; drop table events" })
  assert.equal(await stream.next(), 'retry: 2000\n\n')
  await stream.close()
})

test('when the server stops, open streams end by themselves and none begins', async () => {
  const server = new AbortController()
  const stream = await openStream(jane, { signal: server.signal })
  await stream.next()
  assert.equal(await openStreams(), 1)
  server.abort()
  assert.equal(await stream.next(), undefined)
  assert.equal(await openStreams(), 0)

  const request = new Request('http://localhost:8080/api/v1/events', {
    headers: { authorization: `Bearer ${jane.sessionToken}` },
  })
  const late = await createApi(app, { signal: server.signal }).fetch(request)
  assert.equal(late.status, 503)
  assert.ok(late.headers.get('retry-after'))
})

test('a client that goes away is forgotten, and one user cannot hold more than thirty streams', async () => {
  const open = await Promise.all(Array.from({ length: 30 }, () => openStream(jane)))
  const refused = await app.fetch(
    new Request('http://localhost:8080/api/v1/events', { headers: { authorization: `Bearer ${jane.sessionToken}` } }),
  )
  assert.equal(refused.status, 429)
  await Promise.all(open.map((stream) => stream.close()))
  assert.equal(await openStreams(), 0)
  await (await openStream(jane)).close()
})

test('asking for the head of the stream opens none', async () => {
  const response = await app.fetch(
    new Request('http://localhost:8080/api/v1/events', {
      method: 'HEAD',
      headers: { authorization: `Bearer ${jane.sessionToken}` },
    }),
  )
  assert.equal(response.status, 200)
  assert.equal(await openStreams(), 0)
})
