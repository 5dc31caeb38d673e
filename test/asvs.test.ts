import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const text = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The rows of docs/asvs.csv; a quote inside a cell is doubled (RFC 4180). */
const [head, ...rows] = text('docs/asvs.csv')
  .trimEnd()
  .split('\n')
  .map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
      (quoted ?? plain ?? '').replaceAll('""', '"'),
    ),
  )

test('each requirement stands once, in order, with a level and a status we use', () => {
  assert.deepEqual(head, ['requirement', 'level', 'status', 'how', 'tests'])
  const order = rows.map(([requirement]) =>
    requirement!
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.'),
  )
  assert.deepEqual(order, [...new Set(order)].toSorted())
  for (const [requirement, level, status] of rows) {
    assert.match(level ?? '', /^[123]$/, requirement ?? '')
    assert.ok(['met', 'partly', 'not met', 'not applicable'].includes(status ?? ''), requirement ?? '')
  }
})

test('every test that shows a requirement exists under that name', (t) => {
  let shown = 0
  for (const [requirement, , status, how, tests = ''] of rows) {
    if (status !== 'not applicable' && tests === '') assert.ok(how, `${requirement} says how`)
    for (const named of tests.split(' | ').filter(Boolean)) {
      const at = named.indexOf(': ')
      const file = named.slice(0, at)
      const name = named.slice(at + 2)
      const source = text(file)
      assert.ok(
        [`'${name}'`, `\`${name}\``, `"${name}"`].some((quoted) => source.includes(`test(${quoted}`)),
        named,
      )
      shown += 1
    }
  }
  t.diagnostic(`${rows.length} requirements, ${shown} tests named`)
})
