import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { sealedColumns } from '#app/sealed.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { openTokenPair } from '#modules/accounts/token-pair.ts'
import { anonymous } from '#platform/actor.ts'
import { rekeyColumn } from '#platform/rekey.ts'
import { createSecrets, Secret } from '#platform/secrets.ts'
import { apiClient, buildCustomer } from '#test/support/api-client.ts'
import { createTestApp, type TestApp } from '#test/support/test-app.ts'
import { codeOf } from '#test/support/totp-app.ts'
import { buildTotpOwner, TOTP_PASSWORD as password, type TotpOwner } from '#test/support/totp-owners.ts'

const app = await createTestApp()
after(() => app.close())

const old = app.config.secretKey
const next = new Secret('the-key-that-takes-its-place-from-now-on')
/** The product as a process sees it that was started with other keys. */
const withKeys = (key: Secret, others: Secret[]): TestApp => ({ ...app, secrets: createSecrets(key, others) })
const rekey = async (keeper: TestApp): Promise<{ sealed: number; lost: string[] }[]> => {
  const results: { sealed: number; lost: string[] }[] = []
  for (const column of sealedColumns) results.push(await rekeyColumn(keeper, column))
  return results
}

let people: TotpOwner[]
before(async () => {
  people = [await buildTotpOwner(app), await buildTotpOwner(app), await buildTotpOwner(app)]
  const { sessionToken } = await buildCustomer(app)
  const made = await apiClient(app, sessionToken).post('/api-tokens', { name: 'Backup' }, { 'idempotency-key': 'once' })
  assert.equal(made.status, 201)
  const { email } = people[0]!
  await openTokenPair(app, anonymous, { email, password, code: people[0]!.codes[9]!.replace('-', '') })
})

test('every column that is sealed by its name is known to the re-keying', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name like '%sealed%' and data_type = 'text'`.execute(app.db)
  const known = new Set(sealedColumns.map(({ table, column }) => `${table}.${column}`))
  assert.ok(rows.length > 0)
  for (const { name } of rows) assert.ok(known.has(name), name)
})

test('after the key was exchanged and everything sealed anew, the old key is needed no more', async () => {
  const both = withKeys(next, [old])
  const results = await rekey(both)
  assert.deepEqual(
    results.map(({ sealed }) => sealed > 0),
    sealedColumns.map(() => true),
    'there was something in each column',
  )
  assert.deepEqual(
    results.flatMap(({ lost }) => lost),
    [],
  )
  assert.deepEqual(
    (await rekey(both)).map(({ sealed }) => sealed),
    sealedColumns.map(() => 0),
    'a second run finds nothing to do',
  )

  const alone = withKeys(next, [])
  assert.deepEqual(await runChecks(alone), [])
  const [jane, joe] = people
  await signIn(alone, anonymous, { email: jane!.email, password, code: codeOf(app, jane!.secret, 1) })
  await signIn(alone, anonymous, { email: joe!.email, password, code: joe!.codes[0]!.replace('-', '') })
  await assert.rejects(
    signIn(alone, anonymous, { email: joe!.email, password, code: joe!.codes[0]!.replace('-', '') }),
    { code: 'second_factor_wrong' },
  )
})

test('people sign in while everything is sealed anew, by processes of the old key and of the new one', async () => {
  const busy = await Promise.all(Array.from({ length: 8 }, () => buildTotpOwner(app)))
  const processes = [withKeys(next, [old]), withKeys(old, [next])]
  const signIns = busy.flatMap(({ email, codes }) =>
    codes
      .slice(0, 4)
      .map((code, index) => signIn(processes[index % 2]!, anonymous, { email, password, code: code.replace('-', '') })),
  )
  const passes = [rekey(processes[0]!), rekey(processes[1]!), rekey(processes[0]!)]
  await Promise.all([...signIns, ...passes])
  await rekey(processes[0]!)
  assert.deepEqual(await runChecks(withKeys(next, [])), [])
})

test('what no key at hand opens stays as it is and is told', async () => {
  const lost = await buildTotpOwner(withKeys(new Secret('a-key-that-nobody-has-kept-a-copy-of'), []))
  const results = await rekey(withKeys(next, [old]))
  const { userId } = await app.db
    .selectFrom('users')
    .select('id as userId')
    .where('email', '=', lost.email)
    .executeTakeFirstOrThrow()
  assert.deepEqual(results[0]!.lost, [userId])
  assert.equal(results[1]!.lost.length, 10)
  const found = await runChecks(withKeys(next, []))
  assert.deepEqual([...new Set(found.map(({ invariant }) => invariant))], ['I29'])
})
