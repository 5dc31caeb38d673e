import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { jobs } from '#app/jobs.ts'
import { pagePolicy, pageRuleOf } from '#app/policy.ts'
import { procedures } from '#app/procedures.ts'
import { manyReactionTable, reactionTable } from '#app/reactions.ts'
import { schedule } from '#app/schedule.ts'
import { pageRoutes } from './support/page-routes.ts'

const ROOT = join(import.meta.dirname, '..')
/** The line of modules: each calls those before it, and speaks to those after it through events only. */
const LINE = 'accounts catalog billing entitlements provisioning domains orders support notifications webhooks'.split(
  ' ',
)
const CONTRACTS: Record<string, string | string[]> = {
  oidc: '#modules/accounts/identity-provider.ts',
  github: '#modules/accounts/identity-provider.ts',
  stripe: ['payment-gateway', 'gateway-mirror', 'gateway-subscriptions'].map((each) => `#modules/billing/${each}.ts`),
  proxmox: '#modules/provisioning/vps-host.ts',
  vies: '#modules/billing/vat-registry.ts',
  smtp: '#modules/notifications/mailer.ts',
}
/** Tables at the top of the house that the outer rooms read: who may call what, what a violated constraint means, … */
const SWITCHBOARDS: Record<string, string[]> = {
  api: ['policy', 'rule', 'constraints'].map((each) => `#app/${each}.ts`),
  web: ['policy', 'rule', 'constraints', 'checks', 'demo-logins', 'approvals'].map((each) => `#app/${each}.ts`),
}

type Import = { from: string; what: string; typeOnly: boolean; line: string }
type File = { path: string; text: string; lines: number; imports: Import[] }

const IMPORT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

async function readFolder(folder: string, kinds = /\.(ts|tsx|css)$/): Promise<File[]> {
  const found = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
  const paths = found
    .filter((entry) => entry.isFile() && kinds.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules'))
  return Promise.all(
    paths.toSorted().map(async (path) => {
      const text = await readFile(join(ROOT, path), 'utf8')
      return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text) }
    }),
  )
}

const importsOf = (path: string, text: string): Import[] =>
  [...text.matchAll(IMPORT)].map((match) => ({
    from: path,
    what: match[2] ?? match[3]!,
    typeOnly: match[1] !== undefined,
    line: match[0].replaceAll(/\s+/g, ' '),
  }))

const files = [...(await readFolder('src')), ...(await readFolder('test')), ...(await readFolder('scripts'))]
const code = files.filter(({ path }) => path.startsWith('src/') && !isTest(path) && !path.endsWith('.css'))

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('-fixture.ts')
}

/** The room a file is in: `modules/billing`, `integrations/stripe`, `platform`, `api`, `web`, `cli`, or `top`. */
function roomOf(path: string): string {
  const [, first = '', second = '', third] = path.split('/')
  if (second === '') return 'top'
  return ['modules', 'integrations'].includes(first) && third !== undefined ? `${first}/${second}` : first
}

/** The room an import leads to, and the way it is written. */
function targetOf({ from, what }: Import): string {
  if (what.startsWith('.')) return roomOf(join(from, '..', what))
  const path = /^#(\w+)\/(.+)$/.exec(what)
  if (!path) return 'package'
  return roomOf(path[1] === 'app' ? `src/${path[2]}` : `src/${path[1]}/${path[2]}`)
}

function mayImport(room: string, wanted: Import): boolean {
  const target = targetOf(wanted)
  if (target === 'package' || target === room) return true
  if (wanted.what === '#app/app.ts' && wanted.typeOnly) return true
  const [kind = '', name = ''] = room.split('/')
  const [targetKind, targetName = ''] = target.split('/')
  switch (kind) {
    case 'platform':
      return false
    case 'modules':
      return target === 'platform' || (targetKind === 'modules' && LINE.indexOf(targetName) < LINE.indexOf(name))
    case 'integrations':
      return target === 'platform' || ([CONTRACTS[name]].flat().includes(wanted.what) && wanted.typeOnly)
    case 'api':
    case 'web':
      return target === 'platform' || targetKind === 'modules' || Boolean(SWITCHBOARDS[kind]?.includes(wanted.what))
    default:
      return true
  }
}

const broken = (found: { path: string; why: string }[]): string[] => found.map(({ path, why }) => `${path}: ${why}`)

test('every room of the house imports only what it may', () => {
  const refused = code.flatMap(({ path, imports }) =>
    imports.filter((each) => !mayImport(roomOf(path), each)).map((each) => ({ path, why: each.line })),
  )
  assert.deepEqual(broken(refused), [])
})

test('the rules bite: an import against the line, of a neighbour or of a vendor is refused', () => {
  const tried = (from: string, what: string, typeOnly = false) =>
    mayImport(roomOf(from), { from, what, typeOnly, line: what })
  assert.ok(!tried('src/platform/queue.ts', '#modules/billing/tax.ts'))
  assert.ok(!tried('src/platform/queue.ts', '#app/app.ts'))
  assert.ok(tried('src/platform/queue.ts', '#app/app.ts', true))
  assert.ok(!tried('src/modules/billing/tax.ts', '#modules/orders/order.ts', true))
  assert.ok(tried('src/modules/orders/quote.ts', '#modules/billing/tax.ts'))
  assert.ok(!tried('src/modules/billing/tax.ts', '../orders/order.ts'))
  assert.ok(!tried('src/modules/billing/tax.ts', '#integrations/stripe/stripe.ts', true))
  assert.ok(!tried('src/integrations/stripe/stripe.ts', '#modules/billing/payment-gateway.ts'))
  assert.ok(!tried('src/integrations/stripe/stripe.ts', '#modules/provisioning/vps-host.ts', true))
  assert.ok(!tried('src/integrations/smtp/smtp.ts', '#integrations/stripe/stripe.ts'))
  assert.ok(!tried('src/api/orders.ts', '#web/paths.ts'))
  assert.ok(!tried('src/web/shop/cart-page.tsx', '../../api/orders.ts'))
  assert.ok(!tried('src/api/payments.ts', '#integrations/stripe/stripe.ts'))
})

test('every module stands in the line, and every integration names its contract', async () => {
  const rooms = new Set(code.map(({ path }) => roomOf(path)))
  for (const room of rooms) {
    const [kind, name = ''] = room.split('/')
    if (kind === 'modules') assert.ok(LINE.includes(name), `${name} has no place in the line`)
    if (kind === 'integrations') assert.ok(name in CONTRACTS, `${name} fulfils no contract`)
  }
})

test('imports are written out: with their ending, by # across rooms, by ./ within one folder', () => {
  const wrong = code.flatMap(({ path, imports }) =>
    imports
      .filter(({ what }) => what.startsWith('.') || what.startsWith('#'))
      .filter(({ what }) => !/\.(ts|tsx|css|json)(\?[\w&]+)?$/.test(what) && !what.startsWith('./+types/'))
      .map(({ line }) => ({ path, why: line })),
  )
  assert.deepEqual(broken(wrong), [])
  const inward = code.flatMap(({ path, imports }) =>
    imports
      .filter(
        ({ what }) =>
          what.startsWith('..') && targetOf({ from: path, what, typeOnly: false, line: '' }) !== roomOf(path),
      )
      // The script that builds the pages stands outside the source.
      .filter(({ what }) => !what.includes('scripts/'))
      .map(({ line }) => ({ path, why: line })),
  )
  assert.deepEqual(broken(inward), [])
})

test('what only tests use is not part of the product', () => {
  const wrong = code.flatMap(({ path, imports }) =>
    imports.filter(({ what }) => what.startsWith('#test/')).map(({ line }) => ({ path, why: line })),
  )
  assert.deepEqual(broken(wrong), [])
})

test('simulators are started by commands and tests alone', () => {
  const simulates = (path: string): boolean => /simulator/.test(path)
  const wrong = code
    .filter(({ path }) => !simulates(path) && !path.startsWith('src/cli/'))
    .flatMap(({ path, imports }) =>
      imports.filter(({ what }) => simulates(what)).map(({ line }) => ({ path, why: line })),
    )
  assert.deepEqual(broken(wrong), [])
})

test('nothing outside the pages is exported by default', () => {
  const wrong = files
    // Node takes a reporter in no other way.
    .filter(({ path }) => !path.startsWith('src/web/') && path !== 'test/runner/reporter.ts')
    .filter(({ text }) => /^export default\b|^export \{[^}]*\bas default\b/m.test(withoutWords(text)))
    .map(({ path }) => ({ path, why: 'export default' }))
  assert.deepEqual(broken(wrong), [])
})

/** Whatever these rooms export and `is` recognises. */
async function exported(is: (value: object) => boolean): Promise<Set<unknown>> {
  const found = code.filter(({ path }) => /^src\/(platform|modules|api)\/.*\.ts$/.test(path))
  const exports = await Promise.all(found.map(({ path }) => import(join(ROOT, path)) as Promise<object>))
  return new Set(
    exports
      .flatMap((each): unknown[] => Object.values(each))
      .filter((each) => typeof each === 'object' && each !== null && is(each)),
  )
}

test('every job is in jobs.ts once, and so is whatever the clock or an event starts', async () => {
  const registered = new Set<unknown>(jobs)
  const names = jobs.map((each) => each.name)
  assert.deepEqual(names, [...new Set(names)])
  assert.deepEqual(await exported((each) => 'queue' in each && 'payload' in each && 'run' in each), registered)
  for (const { job } of schedule) assert.ok(registered.has(job), `${job.name} is scheduled`)
  for (const job of [...Object.values(reactionTable).flat(), ...Object.values(manyReactionTable)])
    assert.ok(registered.has(job), `${job.name} is a reaction`)
})

test('every procedure is in procedures.ts once', async () => {
  const names = procedures.map((each) => each.name)
  assert.deepEqual(names, [...new Set(names)])
  assert.deepEqual(await exported((each) => 'steps' in each && 'onCompleted' in each), new Set<unknown>(procedures))
})

test('every page has its row in the policy, and every row its page', () => {
  const patterns = pageRoutes.map((page) => page.pattern)
  assert.deepEqual(patterns.toSorted(), Object.keys(pagePolicy).toSorted())
  assert.equal(pageRuleOf('/staff/nobody-wrote-a-row-for-this'), undefined)
  assert.equal(pageRuleOf('constructor'), undefined)
})

test('a page that asks our people for a permission has a loader, which is where it refuses', () => {
  const silent = pageRoutes
    .filter(({ pattern }) => pageRuleOf(pattern)?.who === 'staff' && pageRuleOf(pattern)?.staff)
    .map(({ file }) => files.find(({ path }) => path === `src/web/${file}`)!)
    .filter(({ text }) => !/^export (?:async function|function|const) loader\b/m.test(text))
    .map(({ path }) => ({ path, why: 'no loader' }))
  assert.deepEqual(broken(silent), [])
})

test('there are no index files, and names are in kebab-case', () => {
  // Names that the router prescribes.
  const prescribed = /^(entry\.(client|server)\.tsx)$/
  const wrong = files
    .map(({ path }) => ({ path, name: path.split('/').at(-1)! }))
    .filter(
      ({ name }) =>
        /^index\./.test(name) ||
        !(
          /^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.(ts|tsx|css)$/.test(name) ||
          name.endsWith('.d.ts') ||
          prescribed.test(name)
        ),
    )
    .map(({ path }) => ({ path, why: 'its name' }))
  assert.deepEqual(broken(wrong), [])
})

test('no file is longer than 300 lines', () => {
  const long = files
    .filter(({ path, lines }) => (path.endsWith('.ts') || path.endsWith('.tsx') ? lines > 300 : lines > 400))
    // Written by a program.
    .filter(({ path }) => path !== 'src/platform/schema.ts')
    .map(({ path, lines }) => ({ path, why: `${lines} lines` }))
  assert.deepEqual(broken(long), [])
})

test('nothing is typed any, and there are no enums, namespaces, decorators or parameter properties', () => {
  const forbidden = [
    /(?::|\bas|<|,|\|)\s*any\b(?!\s*[\w:])/,
    /^\s*(?:export\s+)?(?:const\s+)?enum\s+\w+/m,
    /^\s*(?:export\s+)?(?:declare\s+)?namespace\s+\w+/m,
    /^\s*@\w+\(.*\)\s*$/m,
    /constructor\((?:[^)]*,)?\s*(?:private|public|protected|readonly)\s+\w+/,
    /@ts-(?:ignore|expect-error|nocheck)/,
  ]
  const found = files
    .filter(({ path }) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && path !== 'test/architecture.test.ts')
    .flatMap(({ path, text }) => {
      const bare = withoutWords(text)
      return forbidden.filter((each) => each.test(bare)).map((each) => ({ path, why: String(each) }))
    })
  assert.deepEqual(broken(found), [])
})

/** The text without comments and strings, where words mean nothing. */
const withoutWords = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, (found) =>
    found.startsWith('/') ? '' : `''`,
  )

test('only the clock asks what time it is', () => {
  // Simulators live in wall-clock time as the vendors do, tests and browsers in their own; ids and leases are wall clock.
  const allowed =
    /^src\/(platform\/(clock|ids|simulation[\w-]*)\.ts|integrations\/.*simulator.*|integrations\/smtp\/mail.*|cli\/simulat.*|web\/)/
  const asking = code
    .filter(({ path }) => !allowed.test(path))
    .filter(({ text }) => /\bDate\.now\(|new Date\(\)|Temporal\.Now\b/.test(withoutWords(text)))
    .map(({ path }) => ({ path, why: 'asks for the time' }))
  assert.deepEqual(broken(asking), [])
})

test('money is never a fraction: nothing parses or rounds amounts outside money.ts', () => {
  const wrong = code
    .filter(({ path }) => path.startsWith('src/modules/') || path.startsWith('src/api/'))
    .filter(({ text }) => /parseFloat\(|\btoFixed\(/.test(withoutWords(text)))
    .map(({ path }) => ({ path, why: 'parseFloat or toFixed' }))
  assert.deepEqual(broken(wrong), [])
})
