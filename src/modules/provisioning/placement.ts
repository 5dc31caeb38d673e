import type { NodeCapacity } from './vps-host.ts'

/** What our services on a node were promised, running or not. */
export type Promised = { node: string; memoryMb: number; diskGb: number }

/**
 * The node a machine goes to: online, open for new machines, with room for its memory and disk, and then the one with
 * the largest share of memory left; among equals the first by name. Free is what the host calls free, but never more
 * than what our own promises leave: stopped and just begun machines use nothing yet. Undefined when none has room.
 */
export function chooseNode(
  nodes: readonly NodeCapacity[],
  open: ReadonlySet<string>,
  promised: readonly Promised[],
  wanted: { memoryMb: number; diskGb: number },
): string | undefined {
  const ranked = nodes
    .filter((node) => node.online && open.has(node.node))
    .map((node) => {
      const ours = promised.filter((each) => each.node === node.node)
      const memoryMb = Math.min(node.memoryFreeMb, node.memoryTotalMb - sum(ours.map((each) => each.memoryMb)))
      const diskGb = Math.min(node.diskFreeGb, node.diskTotalGb - sum(ours.map((each) => each.diskGb)))
      const left = memoryMb - wanted.memoryMb
      return { name: node.node, fits: left >= 0 && diskGb >= wanted.diskGb, share: left / node.memoryTotalMb }
    })
    .filter((each) => each.fits)
    .toSorted((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
  return ranked[0]?.name
}

const sum = (amounts: number[]): number => amounts.reduce((total, each) => total + each, 0)
