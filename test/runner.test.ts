import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = await mkdtemp(join(tmpdir(), 'ez-runner-'))
after(() => rm(folder, { recursive: true }))

const FILES = {
  'a-passes': `test('is well', () => {})`,
  'b-fails': `test('one is one', () => assert.equal(1, 2)); test('is still asked', () => {})`,
  'c-ends-the-process': `test('leaves early', async () => { await new Promise(setImmediate); process.exit(0) }); test('never', () => {})`,
  'd-cannot-be-read': `test('was there', () => {}); throw new Error('No such thing')`,
  'e-cleans-up-badly': `test('is well too', () => {}); after(() => { throw new Error('Still in use') })`,
  'f-changes-the-environment': `test('sets it', () => { process.env.LEFT_BEHIND = '1' })`,
  'g-is-empty': ``,
  'h-hangs': `test('waits', { timeout: 50 }, () => new Promise(() => {}))`,
  'i-throws-too-late': `test('goes on', () => { setTimeout(() => { throw new Error('Nobody waited') }, 20) })`,
  'j-passes': `test('is last', async () => { await new Promise((done) => setTimeout(done, 60)) })`,
}

test('a run fails for whatever goes wrong in a file, names it, and still runs all the others', async () => {
  const files = Object.keys(FILES).map((name) => join(folder, `${name}.test.mjs`))
  const head = `import assert from 'node:assert/strict'\nimport { after, test } from 'node:test'\n`
  for (const [index, text] of Object.values(FILES).entries()) await writeFile(files[index]!, `${head}${text}\n`)
  const run = join(import.meta.dirname, 'run.ts')
  const { status, stdout } = spawnSync(process.execPath, [run, '--processes', '1', ...files], { encoding: 'utf8' })
  assert.equal(status, 1)
  const [told = '', failures = ''] = stdout.replaceAll(`${folder}/`, '').split('failing tests:')
  const passed = told.split('\n').flatMap((line) => /^ +✔ ([^(]+) \(/.exec(line)?.[1] ?? [])
  assert.deepEqual(passed, ['is well', 'is still asked', 'was there', 'is well too', 'sets it', 'goes on', 'is last'])
  const expected: [string, RegExp][] = [
    ['one is one', /1 !== 2/],
    ['c-ends-the-process.test.mjs', /ended with exit code 0 during “leaves early”; what came after it did not run/],
    ['d-cannot-be-read.test.mjs', /No such thing/],
    ['e-cleans-up-badly.test.mjs', /Still in use/],
    ['f-changes-the-environment.test.mjs', /leaves changed: LEFT_BEHIND of the environment/],
    ['g-is-empty.test.mjs', /There is no test in this file/],
    ['waits', /timed out after 50ms/],
    ['outside of any test', /Nobody waited[\s\S]*had run i-throws-too-late.test.mjs, j-passes.test.mjs/],
  ]
  const failed = failures.split(/^✖ /m).slice(1)
  assert.deepEqual(
    failed.map((each) => /^(.+?)(?: \(|\n)/.exec(each)?.[1]),
    expected.map(([name]) => name),
  )
  for (const [index, [, words]] of expected.entries()) assert.match(failed[index]!, words)
  assert.match(told, /ℹ fail 8\n/)
})
