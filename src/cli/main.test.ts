import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { serve } from '@hono/node-server'
import { sql } from 'kysely'
import { apiPolicy, pagePolicy } from '#app/policy.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** Real processes on a database of their own; Proxmox is the test app's simulator, listening. */
const app = await createTestApp()
const folder = await mkdtemp(join(tmpdir(), 'ez-cli-'))
const proxmox = serve({ fetch: (request) => app.proxmox.fetch(request), hostname: '127.0.0.1', port: 0 })
const taken = createServer().listen(0, '127.0.0.1')
const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port
await new Promise((done) => setTimeout(done, 20))
after(async () => {
  proxmox.close()
  taken.close()
  await rm(folder, { recursive: true })
  await app.close()
})

const SETTINGS = {
  DATA_DIR: folder,
  DATABASE_URL: app.database.url,
  LOG_LEVEL: 'silent',
  PROXMOX_URLS: `http://127.0.0.1:${portOf(proxmox)}`,
  PROXMOX_TOKEN_ID: app.config.proxmox.tokenId,
  PROXMOX_TOKEN_SECRET: app.config.proxmox.tokenSecret.reveal(),
}

type Ended = { code: number | null; said: string; complained: string }

function ez(args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  return new Promise((done) => {
    const main = join(import.meta.dirname, '../main.ts')
    const child = spawn(process.execPath, [main, ...args], {
      env: { PATH: process.env['PATH'] ?? '', ...SETTINGS, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    })
    const [said, complained]: [string[], string[]] = [[], []]
    child.stdout.on('data', (part) => said.push(String(part)))
    child.stderr.on('data', (part) => complained.push(String(part)))
    child.once('close', (code) => {
      done({ code, said: said.join(''), complained: complained.join('') })
    })
  })
}

/** Ends with 1 and plain words: a sentence, at most followed by how the command is used. */
async function refuses(words: RegExp, args: string[], settings?: Record<string, string>): Promise<void> {
  const { code, said, complained } = await ez(args, settings)
  const told = `${said}${complained}`
  assert.match(told, words, args.join(' '))
  assert.equal(code, 1, args.join(' '))
  assert.doesNotMatch(told, /^\s+at |node:internal|Error:/m, 'nobody reads a stack')
  if (complained) assert.ok(complained.trim().split('\n').length <= 2, complained)
}

test('a command used wrongly says how it is used', async () => {
  await Promise.all([
    refuses(/no command constructor[\s\S]*Usage: ez COMMAND/, ['constructor']),
    refuses(/Usage: ez check \[--json\]/, ['check', '--nonsense']),
    refuses(/how many seconds[\s\S]*Usage: ez quiesce/, ['quiesce', '--wait', 'soon']),
    refuses(/Usage: ez migrate \(it takes no arguments\)/, ['migrate', 'now']),
  ])
  const help = await ez(['--help'])
  assert.equal(help.code, 0)
  assert.match(help.said, /quiesce\s+Wait until nothing is left to do/)
})

test('the policy is printed for people: every operation and page with who may, by what, and in which role', async () => {
  const { code, said, complained } = await ez(['policy'], { DATABASE_URL: 'postgres://ez@localhost:1/ez' })
  assert.equal(code, 0, complained)
  const cells = said.split('\n').map((line) => line.split(/ {2,}/))
  const row = (name: string): string[] | undefined => cells.find(([first]) => first === name)
  assert.deepEqual(row('operation'), [
    'operation',
    'who',
    'by',
    'member permission',
    'member roles',
    'staff permission',
  ])
  assert.deepEqual(row('listProducts'), ['listProducts', 'anyone', '-', '-', '-', '-'])
  assert.deepEqual(row('createApiToken'), [
    'createApiToken',
    'customer',
    'session',
    'token.create',
    'owner, admin, billing, technical',
    '-',
  ])
  assert.deepEqual(row('/staff/jobs'), ['/staff/jobs', 'staff', 'session', '-', '-', 'job.read'])
  for (const name of [...Object.keys(apiPolicy), ...Object.keys(pagePolicy)]) assert.ok(row(name), name)
})

test('a wrong configuration is told whole, with every mistake on a line of its own', async () => {
  const { code, complained } = await ez(['check'], { PORT: 'eighty', LOG_LEVEL: 'loud' })
  assert.equal(code, 1)
  assert.match(complained, /^The configuration has mistakes:\n {2}PORT: .+\n {2}LOG_LEVEL: .+\n$/)
})

test('a taken port, an unusable folder and a database out of reach are one plain sentence', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  const port = String(portOf(taken))
  await Promise.all([
    refuses(new RegExp(`^Port ${port} is taken by another program`), ['web'], { PORT: port }),
    refuses(new RegExp(`^Port ${port} is taken by another program`), ['start'], { PORT: port }),
    refuses(/^The folder .*a-file.deeper cannot be written/, ['start'], {
      DATA_DIR: join(file, 'deeper'),
      DATABASE_URL: '',
    }),
    refuses(/^The database cannot be reached: .+/, ['check'], { DATABASE_URL: 'postgres://ez@localhost:1/ez' }),
    refuses(/^The database was not brought up to date: .+/, ['migrate'], {
      DATABASE_URL: 'postgres://ez@127.0.0.1:1/ez',
    }),
  ])
})

test('a database of a newer release is refused by every command, and told from one that only wants migrating', async () => {
  await sql`insert into migrations (name, timestamp) values ('9999-tomorrow', '2099')`.execute(app.db)
  await Promise.all(
    [['migrate'], ['web']].map((args) =>
      refuses(/^The database was made by a newer release \(it knows 9999-tomorrow\)/, args),
    ),
  )
  const { rows } = await sql<{ name: string; timestamp: string }>`
    delete from migrations where name > '0007' returning name, timestamp`.execute(app.db)
  await refuses(/does not have the schema of this release\. Run: npx ez migrate/, ['check'])
  for (const { name, timestamp } of rows.filter((row) => row.name !== '9999-tomorrow'))
    await sql`insert into migrations (name, timestamp) values (${name}, ${timestamp})`.execute(app.db)
})

test('check and quiesce end with 0 in a house in order, with 1 and the reason in any other', async () => {
  const [check, quiesce] = await Promise.all([ez(['check']), ez(['quiesce', '--wait', '0'])])
  assert.match(check.said, /^\d+ checks, nothing is broken\.\n$/, check.complained)
  assert.match(quiesce.said, /^Nothing is left to do\.\n$/, quiesce.complained)
  assert.deepEqual([check.code, quiesce.code], [0, 0])

  await sql`insert into gateway_events (id, gateway, type, livemode, object_id, state, received_at)
    values ('evt_lost', 'stripe', 'checkout.session.completed', false, 'cs_1', 'received', now())`.execute(app.db)
  const [broken, busy] = await Promise.all([ez(['check', '--json']), ez(['quiesce', '--wait', '0'])])
  const report = JSON.parse(broken.said) as { checks: number; findings: { invariant: string; subjectId: string }[] }
  assert.ok(report.checks > 10)
  assert.deepEqual(
    report.findings.map(({ invariant, subjectId }) => [invariant, subjectId]),
    [['I17', 'evt_lost']],
  )
  assert.equal(busy.complained, 'Still to do: 1 gatewayEvents.\n')
  assert.deepEqual([broken.code, busy.code], [1, 1])
})

test('business time is shown and moved forward, not backward, and never by mistake', async () => {
  const moved = await ez(['clock', 'advance', 'P1D'])
  assert.equal(moved.code, 0, moved.complained)
  const [, time = ''] = /^Business time is (.+)\.\n$/.exec(moved.said) ?? []
  assert.ok(Math.abs(Date.parse(time) - Date.now() - 86_400_000) < 60_000, moved.said)
  await Promise.all([
    refuses(/forward only/, ['clock', 'advance', '-P1D']),
    refuses(/Usage: ez clock/, ['clock', 'advance', 'soon']),
    refuses(/no such job set aside/, ['retry', 'nothing']),
  ])
})
