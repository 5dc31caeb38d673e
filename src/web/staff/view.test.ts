import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readListUrl } from './list-url.ts'
import { changesOf, formatMemory, shortId } from './view.ts'

test('an event says what changed and leaves out what stayed', () => {
  assert.deepEqual(
    changesOf({ state: 'open', paidMinor: 0 }, { state: 'paid', paidMinor: 0, paidAt: '2026-11-23T08:00:00Z' }),
    [
      { field: 'state', before: 'open', after: 'paid' },
      { field: 'paidAt', before: undefined, after: '2026-11-23T08:00:00Z' },
    ],
  )
  assert.deepEqual(changesOf(null, { node: 'pve1', tags: ['a', 'b'] }), [
    { field: 'node', before: undefined, after: 'pve1' },
    { field: 'tags', before: undefined, after: '["a","b"]' },
  ])
  assert.deepEqual(changesOf({ note: 'x' }, null), [{ field: 'note', before: 'x', after: undefined }])
  assert.deepEqual(changesOf(null, null), [])
  assert.deepEqual(changesOf('text', ['list']), [])
})

test('sizes and ids are written for people', () => {
  assert.equal(formatMemory(512, 'en'), '512 MB')
  assert.equal(formatMemory(4096, 'en'), '4 GB')
  assert.equal(formatMemory(1536, 'de'), '1,5 GB')
  assert.equal(shortId('ord_01jd5x7v3m9k2p4q6r8s0t1v3x'), '0T1V3X')
})

test('an address somebody bent asks for the first page without filters', () => {
  const url = readListUrl(
    new Request(`http://staff.test/?after=${encodeURIComponent("x' or 1=1")}&state=gone&q=%00%20`),
  )
  assert.equal(url.page.after, undefined)
  assert.equal(url.one('state', ['open', 'paid']), undefined)
  assert.equal(url.text('q'), undefined)
})

test('search, filters and page come from the address', () => {
  const url = readListUrl(new Request('http://staff.test/?after=ord_01jd&state=paid&q=%20ada%20'))
  assert.deepEqual(url.page, { limit: 50, after: 'ord_01jd' })
  assert.equal(url.one('state', ['open', 'paid']), 'paid')
  assert.equal(url.text('q'), 'ada')
})
