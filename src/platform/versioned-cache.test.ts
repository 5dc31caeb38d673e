import assert from 'node:assert/strict'
import { test } from 'node:test'
import { versionedCache } from './versioned-cache.ts'

const counting = () => {
  let reads = 0
  return versionedCache<string, string>(async (source) => `${source} ${(reads += 1)}`)
}

test('what did not change is read once', async () => {
  const cache = counting()
  const place = {}
  assert.equal(await cache(place, 'prices', 1n), 'prices 1')
  assert.equal(await cache(place, 'prices', 1n), 'prices 1')
})

test('a change is seen at once, and also a step back', async () => {
  const cache = counting()
  const place = {}
  await cache(place, 'prices', 1n)
  assert.equal(await cache(place, 'prices', 2n), 'prices 2')
  assert.equal(await cache(place, 'prices', 1n), 'prices 3')
})

test('two databases are kept apart', async () => {
  const cache = counting()
  assert.equal(await cache({}, 'one', 1n), 'one 1')
  assert.equal(await cache({}, 'two', 1n), 'two 2')
})

test('a failed read is not kept', async () => {
  let fails = true
  const cache = versionedCache<string, string>(async () => {
    if (fails) throw new Error('the database is away')
    return 'read'
  })
  const place = {}
  await assert.rejects(cache(place, '', 1n), /away/)
  fails = false
  assert.equal(await cache(place, '', 1n), 'read')
})
