import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageOf } from './page.ts'

const rows = ['a', 'b', 'c'].map((id) => ({ id }))

test('a list that goes on names where the next page begins', () => {
  assert.deepEqual(pageOf(rows, 2), { rows: rows.slice(0, 2), next: 'b' })
})

test('the last page names no next one, full or not', () => {
  assert.deepEqual(pageOf(rows, 3), { rows, next: undefined })
  assert.deepEqual(pageOf(rows, 10), { rows, next: undefined })
  assert.deepEqual(pageOf([], 10), { rows: [], next: undefined })
})

test('a list with an order of its own names its place by that order', () => {
  assert.equal(pageOf(rows, 1, (row) => `at-${row.id}`).next, 'at-a')
})
