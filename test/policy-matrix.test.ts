import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { anonymous } from '#platform/actor.ts'
import { PASSWORD } from '#test/support/api-client.ts'
import { headerFaults } from '#test/support/header-rules.ts'
import { type Cell, cells, isStaff, parameterOf, ROLES, type Role } from '#test/support/policy-cells.ts'
import { buildPeople, type Credential, type People } from '#test/support/policy-people.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** Every role at every operation and page, over real HTTP, against policy.ts. Nothing here knows a single operation. */
const app = await createTestApp({ GITHUB_CLIENT_ID: 'ez', GITHUB_CLIENT_SECRET: 'a secret' }, { web: true })
after(() => app.close())

const AT_ONCE = 8

type Prepared = Cell & { id: string | undefined; address: string; credential: Credential }
type Answer = { status: number; headers: Headers; text: string }

let people: People
const shared = new Map<Role, Credential>()
before(async () => {
  people = await buildPeople(app)
  for (const role of ROLES) shared.set(role, await people.credential(role))
  // Whoever the examples speak of is known, so that signing in as them is no refusal.
  const jane = {
    email: 'jane@example.com',
    password: PASSWORD,
    name: 'Jane Doe',
    currency: 'EUR',
    locale: 'en',
  } as const
  await registerCustomer(app, anonymous, jane)
})

/** Whoever reads may share a session; whoever changes something may end the one they came with. */
async function prepare(cell: Cell, credential?: Credential): Promise<Prepared> {
  const { asked, role, ownership } = cell
  const parameter = parameterOf(asked.path)
  const id = parameter === undefined ? undefined : await people.idOf(parameter, role, ownership)
  const address = id === undefined ? asked.path : asked.path.replace(`{${parameter}}`, id)
  return { ...cell, id, address, credential: credential ?? (await people.credential(role)) }
}

async function ask({ asked, address, credential: { session, token } }: Prepared): Promise<Answer> {
  const bearer = token ?? (asked.surface === 'api' ? session : undefined)
  const leave = new AbortController()
  const response = await fetch(app.origin + address, {
    method: asked.method,
    redirect: 'manual',
    signal: leave.signal,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(bearer === undefined && session !== undefined ? { cookie: `__Host-session=${session}` } : {}),
      ...(asked.body ? { 'content-type': 'application/json' } : {}),
    },
    ...(asked.body ? { body: JSON.stringify(asked.body) } : {}),
    ...(asked.surface === 'form' ? { body: new URLSearchParams() } : {}),
  })
  const { status, headers } = response
  const endless = headers.get('content-type') === 'text/event-stream'
  const text = endless ? '' : await response.text()
  if (endless) leave.abort()
  return { status, headers, text }
}

/** A file that is not there leads to the page that says so. */
async function askToTheEnd(cell: Prepared): Promise<Answer> {
  const answer = await ask(cell)
  const led = cell.expected === 'not found' ? leadsTo(answer) : undefined
  return led === undefined ? answer : ask({ ...cell, address: led })
}

/** Does this many at a time, in order. */
async function inParallel<T, R>(all: readonly T[], run: (each: T) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const done: R[] = []
  const waiting = all.entries()
  const work = async (): Promise<void> => {
    for (const [index, each] of waiting) done[index] = await run(each)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return done
}

const nameOf = ({ asked, role, ownership }: Cell): string => `${role}: ${asked.method} ${asked.name} (${ownership})`

/** Where an answer leads instead, also when it is told to a script. */
function leadsTo({ status, headers, text }: Answer): string | undefined {
  if (status === 202 && text.includes('SingleFetchRedirect')) return /"(\/[^"]*)"/.exec(text)?.[1]
  return status >= 300 && status < 400 ? (headers.get('location') ?? undefined) : undefined
}

/** What is wrong with an answer, by what must happen; undefined when it is as the policy says. */
function wrongWith(cell: Prepared, answer: Answer): string | undefined {
  const right = cell.asked.surface === 'api' ? isRightOfApi(cell, answer) : isRightOfPage(cell, answer)
  if (right) return undefined
  return `${nameOf(cell)} must be ${cell.expected}, was ${answer.status} ${leadsTo(answer) ?? answer.text.slice(0, 120)}`
}

function isRightOfApi({ expected, asked }: Prepared, { status }: Answer): boolean {
  if (expected === 'sign in') return status === 401
  if (expected === 'refused') return status === 403
  if (expected === 'not found') return status === 404
  // What is asked for may still be impossible; and what is open to all is limited for all together.
  const limited = status === 429 && asked.rule.who !== 'anyone'
  return status < 500 && !limited && ![401, 403, 404].includes(status)
}

/** Pages are for people: strangers are led to the sign-in, staff from the portal to their own pages, others find nothing. */
function isRightOfPage({ expected, asked, address, role }: Prepared, answer: Answer): boolean {
  const signIn = `/login?next=${encodeURIComponent(address.replace(/\.data$/, ''))}`
  const led = leadsTo(answer)
  if (expected === 'sign in') return led === signIn
  if (expected === 'refused' && asked.rule.who !== 'staff')
    return isStaff(role)
      ? led === '/staff'
      : answer.status === 403 || (asked.surface === 'form' && answer.status === 405)
  // A page without a form takes none from anybody, and says so first.
  if (expected !== 'done') return answer.status === 404 || (asked.surface === 'form' && answer.status === 405)
  return answer.status < 400 && led !== signIn && !(led === '/staff' && asked.rule.who === 'customer')
}

const eventNames = async (): Promise<string[]> =>
  (await app.db.selectFrom('events').select('name').orderBy('id').execute()).map((event) => event.name)

const answered = new Map<Prepared, Answer>()

async function check(prepared: readonly Prepared[], atOnce?: number): Promise<string[]> {
  const wrong = await inParallel(
    prepared,
    async (cell) => {
      const answer = await askToTheEnd(cell)
      answered.set(cell, answer)
      return wrongWith(cell, answer)
    },
    atOnce,
  )
  return wrong.filter((each) => each !== undefined)
}

const reading = cells.filter(({ asked }) => asked.method === 'GET')
const changing = cells.filter(({ asked }) => asked.method !== 'GET')

// Seven thousand answers need their time on a machine that does much else.
const LONG_MS = 400_000

test('everybody reads what the policy lets them read, and nothing else', { timeout: LONG_MS }, async (t) => {
  t.diagnostic(`${cells.length} cells, ${reading.length} of them reading`)
  const prepared = await inParallel(reading, (cell) => prepare(cell, shared.get(cell.role)))
  assert.deepEqual(await check(prepared), [])
})

test('a change that the policy refuses is refused, and changes nothing', { timeout: LONG_MS }, async () => {
  const refused = changing.filter((cell) => cell.expected !== 'done')
  // Nothing is changed, so nobody ends the session they came with.
  const prepared = await inParallel(refused, (cell) => prepare(cell, shared.get(cell.role)))
  const before = await eventNames()
  assert.deepEqual(await check(prepared), [])
  assert.deepEqual((await eventNames()).slice(before.length), [])
})

test('what belongs to somebody else is answered as what is not there, to the byte', () => {
  const faces = new Map<string, { cell: Prepared; face: string }>()
  const different: string[] = []
  for (const [cell, answer] of answered) {
    if (cell.expected === 'done' || cell.id === undefined) continue
    const key = `${cell.role} ${cell.asked.method} ${cell.asked.name} ${cell.expected}`
    const face = faceOf(cell, answer)
    const first = faces.get(key)
    if (!first) faces.set(key, { cell, face })
    else if (first.face !== face) different.push(`${nameOf(cell)} is not as ${first.cell.ownership}`)
  }
  assert.ok(faces.size > 100)
  assert.deepEqual(different, [])
})

test('a change that the policy allows is done, or impossible for a reason of its own', async () => {
  const allowed = changing.filter((cell) => cell.expected === 'done')
  const wrong: string[] = []
  // One by one, each with a sign-in of its own: a new password ends the others.
  for (const cell of allowed) wrong.push(...(await check([await prepare(cell)], 1)))
  assert.deepEqual(wrong, [])
})

test('each of these answers carries all its headers, and nothing personal is kept on the way', (t) => {
  const faults = [...answered].flatMap(([cell, { headers }]) =>
    headerFaults(headers, {
      path: nameOf(cell),
      personal: cell.asked.rule.who !== 'anyone',
    }),
  )
  assert.deepEqual([...new Set(faults)], [])
  assert.ok(answered.size > 3_000)
  t.diagnostic(`${answered.size} answers, each with the full mark`)
})

/** An answer without what differs every time: ids of the request and of what was asked for, nonces, the time. */
function faceOf({ id }: Prepared, { status, headers, text }: Answer): string {
  const [, nonce = 'no nonce'] = /'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '') ?? []
  const masked = (value: string): string =>
    value
      .replaceAll(id!, 'ID')
      .replaceAll(nonce, 'NONCE')
      .replaceAll(/req_\w+/g, 'REQUEST')
      .replaceAll(/(secondsLeft\\*",)\d+/g, '$1SECONDS')
      .replaceAll(/\d+(<!-- -->)? minutes? left/g, 'LEFT')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id', 'content-length'].includes(name))
  return masked(JSON.stringify([status, kept, text]))
}
