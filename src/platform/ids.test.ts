import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lowestId, newId } from './ids.ts'

test('an identifier says what it names and nothing else', () => {
  assert.match(newId('inv'), /^inv_[0-9a-hjkmnp-tv-z]{26}$/)
})

test('what was made later sorts later, to the millisecond', () => {
  const moment = fc.integer({ min: 0, max: 2 ** 47 })
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 2 ** 40 }), (early, gap) => {
      assert.ok(newId('ord', early) < newId('ord', early + gap))
    }),
  )
})

test('two identifiers of one moment differ', () => {
  const ids = Array.from({ length: 1_000 }, () => newId('evt', 1))
  assert.equal(new Set(ids).size, 1_000)
})

test('a list can begin at a moment: what is from then on lies at or after its lowest identifier', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 47 }), (moment) => {
      const lowest = lowestId('ltx', moment)
      assert.ok(newId('ltx', moment) >= lowest)
      assert.ok(newId('ltx', moment - 1) < lowest)
    }),
  )
})
