import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson, showPath } from './parse-json.ts'

const faults: [what: string, text: string, where: RegExp][] = [
  ['nothing', '', /line 1, column 1, it ends too early/],
  ['a comma too many', '{"a": 1,}', /line 1, column 9, the name of a field/],
  ['single quotes', "{'a': 1}", /line 1, column 2, the name of a field/],
  ['a missing comma on the third line', '{\n  "a": 1,\n  "b": 2 "c": 3\n}', /line 3, column 10, a comma/],
  ['a missing bracket', '[1, 2', /line 1, column 6, a comma or a closing bracket/],
  ['a text without end', '{"a": "b', /line 1, column 7, a text is never closed/],
  ['a line break in a text', '{"a": "b\nc"}', /line 1, column 9, a text holds a line break/],
  ['an escape that does not exist', String.raw`{"a": "\x"}`, /line 1, column 7, a text holds an escape/],
  ['a NUL character', String.raw`{"a": "\u0000"}`, /a character that cannot be stored/],
  ['half a character', String.raw`{"a": "\ud800"}`, /a character that cannot be stored/],
  ['two values', '{} {}', /line 1, column 4, there is more/],
  ['a number with a leading zero', '[01]', /line 1, column 3, a comma/],
  ['a word that is none', '[nil]', /line 1, column 2, a value was expected/],
  ['nesting without end', '['.repeat(100_000), /nested more than 32 deep/],
]

for (const [what, text, where] of faults)
  test(`JSON with ${what} is refused, saying where`, () => {
    assert.throws(() => parseJson(text), { name: 'Problem', code: 'malformed_json', message: where })
  })

test('a field given twice is refused by name, however it is written', () => {
  assert.throws(() => parseJson(String.raw`{"items": [{"host": 1, "\u0068ost": 2}]}`), {
    code: 'malformed_json',
    issues: [
      { path: 'items.0.host', message: 'This is not JSON we can read: at line 1, column 24, a field is given twice.' },
    ],
  })
})

test('whatever JSON says is read as the platform reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      fc.pre(!text.includes(String.raw`\u0000`) && !/\\ud[89a-f]/.test(text))
      assert.equal(JSON.stringify(parseJson(text)), JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 500 },
  )
})

test('any text is either read as the platform reads it or refused, and a refusal never repeats it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:0e-1.tru \\n')) }), (text) => {
      let value: unknown
      try {
        value = parseJson(text)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'malformed_json')
        return
      }
      assert.deepEqual(value, JSON.parse(text))
    }),
    { numRuns: 2_000 },
  )
})

test('a field called __proto__ is a field like any other', () => {
  const value = parseJson('{"__proto__": {"admin": true}}') as object
  assert.deepEqual(Object.keys(value), ['__proto__'])
  assert.equal(Reflect.get({}, 'admin'), undefined)
})

test('a name that is no name is not repeated, as it may be a secret', () => {
  assert.equal(showPath(['items', 0, '-----BEGIN OPENSSH PRIVATE KEY-----']), 'items.0.(unreadable name)')
})
