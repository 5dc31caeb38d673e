import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { signedInStaff } from '#test/support/staff.ts'
import type { Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({ TRUSTED_PROXIES: '127.0.0.1' }, { web: true, addresses: true })
after(() => app.close())

let colleague: Visitor
let session: string
before(async () => {
  colleague = await signedInStaff(app, 'operations')
  session = colleague.cookie('__Host-session')!
  await app.transaction(system('=cmd|test'), (tx) =>
    tx.emit('test.happened', '=HYPERLINK("https://evil.example")', {
      before: { name: '+1' },
      after: { name: 'a "quoted", name\nin two lines' },
    }),
  )
})

const download = (query: string): Promise<Response> =>
  fetch(`${app.origin}/staff/events/export?${query}`, { headers: { cookie: `__Host-session=${session}` } })

test('an event says from where it was caused', async () => {
  await fetch(`${app.origin}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.77' },
    body: JSON.stringify({ email: 'nobody@example.com', password: 'a guess' }),
  })
  const page = await colleague.open('/staff/events?address=203.0.113.77')
  assert.match(page.text, /Sign-in failed/)
  assert.doesNotMatch(page.text, /test\.happened/)
})

test('the log is searched by what, about whom, by whom, from where and when', async () => {
  const shows = async (query: string): Promise<boolean> =>
    (await colleague.open(`/staff/events?${query}`)).text.includes('test.happened')
  const today = app.clock.now().toString().slice(0, 10)
  assert.ok(await shows('name=test.happened'))
  assert.ok(await shows('name=test'))
  assert.ok(await shows(`name=test&from=${today}&until=${today}`))
  assert.ok(await shows(`name=test&actor=${encodeURIComponent('=cmd|test')}`))
  assert.ok(!(await shows('name=test&until=2020-01-01')))
  assert.ok(!(await shows('name=test&from=2999-01-01')))
  assert.ok(await shows('name=test&from=2026-02-31'), 'a day that is none counts as not said')
  assert.ok(!(await shows('name=test&address=198.51.100.1')))
})

test('it is taken along as CSV in which nothing is a formula, and as lines of JSON', async () => {
  const csv = await download('format=csv&name=test')
  assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.match(csv.headers.get('content-disposition') ?? '', /^attachment; filename="event-log-.*\.csv"$/)
  const text = await csv.text()
  const [head, ...lines] = text.trimEnd().split('\r\n')
  assert.match(head!, /^sequence,at,event,about,/)
  assert.equal(lines.length, 1)
  assert.match(lines[0]!, /,test\.happened,"'=HYPERLINK\(""https:\/\/evil\.example""\)",/)
  assert.match(lines[0]!, /,system,'=cmd\|test,/)

  const ndjson = (await (await download('format=ndjson&name=test')).text()).trimEnd().split('\n')
  assert.equal(ndjson.length, 1)
  const event = JSON.parse(ndjson[0]!) as { after: { name: string } }
  assert.equal(event.after.name, 'a "quoted", name\nin two lines')
})

test('a long log comes whole, a page at a time, and that it was taken is in the log', async () => {
  await app.transaction(system('test'), async (tx) => {
    for (let each = 0; each < 1_234; each += 1) await tx.emit('many.happened', `thing-${each}`)
  })
  const lines = (await (await download('format=ndjson&name=many.happened')).text()).trimEnd().split('\n')
  assert.equal(new Set(lines).size, 1_234)
  const page = await colleague.open('/staff/events?name=event_log.exported')
  assert.match(page.text, /Event log exported/)
  assert.match(page.text, /many\.happened/)
})

test('what browsers report of our pages is grouped, searched and cleared; what is no report of ours is not kept', async () => {
  const send = (body: unknown, type = 'application/csp-report'): Promise<Response> =>
    fetch(`${app.origin}/csp-reports`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const old = (blocked: string, page = '/portal/services/svc_01k9aaaaaaaaaaaaaaaaaaaaaa?token=secret') => ({
    'csp-report': {
      'document-uri': `http://localhost:8080${page}`,
      'effective-directive': 'script-src-elem',
      'blocked-uri': blocked,
      referrer: 'x',
    },
  })
  for (let each = 0; each < 3; each += 1)
    assert.equal((await send(old('https://ads.example/track.js?id=1'))).status, 204)
  await send(
    [
      {
        type: 'csp-violation',
        age: 1,
        body: { documentURL: 'http://localhost:8080/login', effectiveDirective: 'img-src', blockedURL: 'inline' },
      },
    ],
    'application/reports+json',
  )
  const passedOver = [
    'not json',
    [],
    { 'csp-report': {} },
    old('moz-extension://1234/content.js'),
    {
      'csp-report': {
        'document-uri': 'https://evil.example/',
        'effective-directive': 'img-src',
        'blocked-uri': 'eval',
      },
    },
    { 'csp-report': { 'document-uri': 'http://localhost:8080/', 'effective-directive': '<b>', 'blocked-uri': 'eval' } },
  ]
  for (const body of passedOver) assert.equal((await send(body)).status, 204)
  assert.equal((await send('x'.repeat(70_000))).status, 413)

  const rows = await app.db.selectFrom('cspReports').select(['directive', 'blocked', 'page', 'count']).execute()
  assert.deepEqual(
    rows.toSorted((a, b) => (a.directive < b.directive ? -1 : 1)),
    [
      { directive: 'img-src', blocked: 'inline', page: '/login', count: 1n },
      { directive: 'script-src-elem', blocked: 'https://ads.example', page: '/portal/services/…', count: 3n },
    ],
  )
  const page = await colleague.open('/staff/events/reports?q=ads')
  for (const part of ['https://ads.example', 'script-src-elem', '/portal/services/…', '3'])
    assert.ok(page.text.includes(part), part)
  assert.doesNotMatch(page.text, /\/login/)
  const cleared = await page.press('Clear')
  assert.match(cleared.text, /The report is cleared/)
  assert.equal((await app.db.selectFrom('cspReports').select('id').execute()).length, 1)
})

test('made-up reports fill no more than so many rows', async () => {
  for (let each = 0; each < 60; each += 1) {
    const reports = Array.from({ length: 20 }, (_each, index) => ({
      type: 'csp-violation',
      body: {
        documentURL: `http://localhost:8080/made-up-${each}-${index}`,
        effectiveDirective: 'img-src',
        blockedURL: 'inline',
      },
    }))
    await fetch(`${app.origin}/csp-reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/reports+json', 'x-forwarded-for': `198.18.7.${each}` },
      body: JSON.stringify(reports),
    })
  }
  const { count } = await app.db
    .selectFrom('cspReports')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow()
  assert.ok(count <= 1_020n, String(count))
})
