import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { Problem } from '#platform/problem.ts'
import { parseForm, refusedForm, tryForm } from './form-state.ts'

const Schema = z.object({
  email: z.email(),
  password: z.string().min(12),
  key: z.string().optional(),
  tags: z.array(z.string()).optional(),
  seats: z.coerce.number<string>().int().max(8).optional(),
})

const form = (fields: [string, string | File][]): FormData => {
  const data = new FormData()
  for (const [name, value] of fields) data.append(name, value)
  return data
}
const refused = (fields: [string, string | File][], locale: 'en' | 'de' = 'en') => {
  const result = parseForm(Schema, form(fields), locale)
  assert.ok(!result.ok)
  return result
}

test('a good form becomes a typed value: text trimmed, the password untouched, empty fields absent', () => {
  const fields: [string, string][] = [
    ['email', ' ana@example.com '],
    ['password', '  long enough  '],
    ['key', ''],
    ['tags', 'a'],
    ['tags', 'b'],
    ['seats', '3'],
  ]
  assert.deepEqual(parseForm(Schema, form(fields), 'en'), {
    ok: true,
    value: { email: 'ana@example.com', password: '  long enough  ', tags: ['a', 'b'], seats: 3 },
  })
})

test('every wrong field is named in the language of the visitor, and what was typed comes back without the password', () => {
  const english = refused([
    ['email', 'ana'],
    ['password', 'short'],
  ])
  assert.deepEqual(english.errors, {
    email: 'Please enter an email address, such as name@example.com.',
    password: 'Please use at least 12 characters.',
  })
  assert.deepEqual(english.values, { email: 'ana' })
  assert.equal(refused([['email', 'a@example.com']], 'de').errors['password'], 'Bitte füllen Sie dieses Feld aus.')
  assert.equal(
    refused([
      ['email', 'a@example.com'],
      ['password', 'long enough!'],
      ['seats', '9'],
    ]).errors['seats'],
    'Please enter 8 or less.',
  )
})

test('fields nobody asked for, repeated fields and files are refused', () => {
  const good: [string, string][] = [
    ['email', 'a@example.com'],
    ['password', 'long enough!'],
  ]
  for (const extra of [
    ['role', 'admin'],
    ['email', 'b@example.com'],
    ['key', new File(['x'], 'key')],
  ] as [string, string | File][])
    assert.match(refused([...good, extra]).message ?? '', /has changed/)
})

test('a private key pasted by mistake is not sent back', () => {
  const { values } = refused([
    ['email', 'x'],
    ['key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc'],
  ])
  assert.equal(values['key'], '')
})

test('what a command refuses stands by the fields it names, other refusals on top', async () => {
  const sent = form([
    ['hostname', 'a b'],
    ['region', 'fsn1'],
  ])
  const byField = new Problem('invalid', 'bad_order', 'Please check.', {
    issues: [{ path: 'items.0.hostname', message: 'No spaces.' }],
  })
  assert.deepEqual(refusedForm(byField, sent, 'en'), {
    ok: false,
    errors: { hostname: 'No spaces.' },
    values: { hostname: 'a b', region: 'fsn1' },
  })

  const onTop = await tryForm(sent, 'en', () =>
    Promise.reject(new Problem('conflict', 'quote_stale', 'The price has changed.')),
  )
  assert.ok(!onTop.ok)
  assert.equal(onTop.message, 'The price has changed.')
})

test('refusals that no field can mend are not swallowed', async () => {
  await assert.rejects(
    tryForm(form([]), 'en', () =>
      Promise.reject(new Problem('not_found', 'invoice_not_found', 'There is no such invoice.')),
    ),
    { code: 'invoice_not_found' },
  )
})
