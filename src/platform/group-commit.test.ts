import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { groupCommit } from './group-commit.ts'

/** A flush that ends when the test says so. */
function controlled(limits?: { items: number; flushes: number }) {
  const flushes: { items: number[]; end: (error?: Error) => void }[] = []
  const add = groupCommit<number>(
    (items) =>
      new Promise((done, failed) => {
        flushes.push({ items, end: (error) => (error ? failed(error) : done()) })
      }),
    limits,
  )
  return { add, flushes }
}

test('what arrives at one time is committed together, and each hears of it after the commit only', async () => {
  const { add, flushes } = controlled()
  let told = 0
  const all = [1, 2, 3].map(async (item) => {
    await add(item)
    told += 1
  })
  await turn()
  assert.deepEqual(
    flushes.map((flush) => flush.items),
    [[1, 2, 3]],
  )
  assert.equal(told, 0)
  flushes[0]!.end()
  await Promise.all(all)
  assert.equal(told, 3)
})

test('what arrives while commits run goes out with the next one, however much it is', async () => {
  const { add, flushes } = controlled({ items: 2, flushes: 1 })
  const all = Promise.all([1, 2, 3, 4, 5].map(add))
  for (let round = 0; round < 3; round += 1) {
    await turn()
    flushes[round]!.end()
  }
  await all
  assert.deepEqual(
    flushes.map((flush) => flush.items),
    [[1, 2], [3, 4], [5]],
  )
})

test('a failed commit is told to exactly those who were in it; the next one works', async () => {
  const { add, flushes } = controlled({ items: 1, flushes: 1 })
  const first = assert.rejects(add(1), /disk full/)
  const second = add(2)
  await turn()
  flushes[0]!.end(new Error('disk full'))
  await first
  await turn()
  flushes[1]!.end()
  await second
})

test('no more than the allowed number of commits run at once', async () => {
  const { add, flushes } = controlled({ items: 1, flushes: 2 })
  const all = Promise.all([1, 2, 3].map(add))
  await turn()
  await turn()
  assert.ok(flushes.length <= 2)
  for (let index = 0; index < 3; index += 1) {
    flushes[index]!.end()
    await turn()
  }
  await all
})
