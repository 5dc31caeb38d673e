import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseNode } from './placement.ts'
import type { NodeCapacity } from './vps-host.ts'

const node = (name: string, changes: Partial<NodeCapacity> = {}): NodeCapacity => ({
  node: name,
  online: true,
  cores: 16,
  memoryTotalMb: 100_000,
  memoryFreeMb: 50_000,
  diskTotalGb: 1_000,
  diskFreeGb: 500,
  ...changes,
})
const wanted = { memoryMb: 4_000, diskGb: 80 }
const open = new Set(['a', 'b', 'c'])

test('a server goes to the node with the largest share of memory left', () => {
  const nodes = [
    node('a'),
    node('b', { memoryFreeMb: 60_000 }),
    node('c', { memoryTotalMb: 50_000, memoryFreeMb: 40_000 }),
  ]
  assert.equal(chooseNode(nodes, open, [], wanted), 'c')
})

test('among equal nodes the first by name is taken, whatever the order they are listed in', () => {
  assert.equal(chooseNode([node('b'), node('a')], open, [], wanted), 'a')
})

test('a node that is offline, drained or of another region takes no new server', () => {
  const nodes = [node('a', { online: false }), node('x', { memoryFreeMb: 99_000 }), node('b')]
  assert.equal(chooseNode(nodes, open, [], wanted), 'b')
})

test('a node without room on disk is passed over however much memory it has', () => {
  assert.equal(chooseNode([node('a', { diskFreeGb: 79 }), node('b', { memoryFreeMb: 5_000 })], open, [], wanted), 'b')
})

test('memory promised to servers that are off or not built yet is not promised again', () => {
  const promised = [
    { node: 'a', memoryMb: 50_000, diskGb: 10 },
    { node: 'a', memoryMb: 47_000, diskGb: 10 },
  ]
  assert.equal(chooseNode([node('a')], open, promised, wanted), undefined)
  assert.equal(chooseNode([node('a')], open, promised, { memoryMb: 3_000, diskGb: 10 }), 'a')
})

test('a full region has no node to give', () => {
  assert.equal(chooseNode([node('a', { memoryFreeMb: 3_999 })], open, [], wanted), undefined)
})
