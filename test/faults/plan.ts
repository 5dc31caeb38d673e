import { createHash } from 'node:crypto'
import {
  type Action,
  actionsAt,
  type Case,
  caseOf,
  type Fault,
  isKill,
  kindOf,
  nameOfPoint,
  type Peer,
  type Point,
  type Side,
} from './points.ts'

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    ;[mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!]
  }
  return mixed
}

/** The points that every clean run crosses; how often something is looked at again depends on the machine's speed. */
export function commonPoints(runs: readonly Point[][]): Point[] {
  const [first = [], ...others] = runs
  const names = others.map((points) => new Set(points.map(nameOfPoint)))
  return first.filter((point) => names.every((known) => known.has(nameOfPoint(point))))
}

/** Every fault at every point, each a case of its own, in an order that the seed decides. */
export const planAll = (points: readonly Point[], seed: number): Case[] =>
  shuffled(
    points.flatMap((point) => actionsAt(point.peer).map((action) => caseOf([{ ...point, action }]))),
    randomOf(seed),
  )

/** The K-th of N parts, as `K/N` says. A case is always in the same part, whatever else a run meets. */
export function partOf(cases: readonly Case[], part: string): Case[] {
  const [, which, parts] = /^(\d+)\/(\d+)$/.exec(part) ?? []
  if (Number(which) < 1 || !(Number(which) <= Number(parts))) throw new Error(`${part} is no part, such as 1/4`)
  return cases.filter(
    ({ name }) => createHash('sha256').update(name).digest().readUInt32BE() % Number(parts) === Number(which) - 1,
  )
}

/** How many deaths the sample holds, by what dies and how: recovery waits for leases, so they are few and chosen. */
const KILLS: [Side, Peer, Action, number][] = [
  ['worker', 'postgres', 'postgres-after', 1],
  ['worker', 'proxmox', 'kill-after', 1],
  ['web', 'stripe', 'kill-after', 1],
  ['worker', 'postgres', 'kill-after', 1],
  ['web', 'postgres', 'kill-before', 1],
  ['web', 'webhook', 'kill-after', 1],
  ['worker', 'postgres', 'postgres-before', 1],
  ['worker', 'smtp', 'kill-after', 1],
  ['web', 'postgres', 'kill-after', 1],
  ['web', 'stripe', 'kill-before', 1],
  ['worker', 'proxmox', 'kill-before', 1],
  ['web', 'postgres', 'postgres-after', 1],
  ['web', 'webhook', 'kill-before', 1],
  ['worker', 'stripe', 'kill-before', 1],
  ['worker', 'postgres', 'kill-before', 1],
  ['worker', 'proxmox', 'kill-after', 1],
]
/** So many faults that kill nothing fit into one purchase without hiding each other. */
const TOGETHER: Partial<Record<Peer, number>> = { proxmox: 3, webhook: 2, postgres: 2 }
const LONGEST: Action = 'hang'

/**
 * A sample for every commit: each kind of message is struck once and each action meets each peer, with what kills nothing
 * gathered several to a purchase. Another seed pairs them otherwise.
 */
export function planSample(points: readonly Point[], seed: number): Case[] {
  const random = randomOf(seed)
  const kinds = [...Map.groupBy(points, kindOf).values()]
  const deaths = KILLS.flatMap(([side, peer, action, count]) =>
    changing(shuffled(kinds, random))
      .filter(([point]) => point?.side === side && point.peer === peer)
      .slice(0, count)
      .map(([point]) => caseOf([{ ...point!, action }])),
  )
  return interleave(deaths, gather(rotated(kinds, random)))
}

/** Messages that change something first: a lost reading is met by reading again. */
const changing = (kinds: Point[][]): Point[][] =>
  kinds.toSorted((a, b) => Number(a[0]!.what.startsWith('GET ')) - Number(b[0]!.what.startsWith('GET ')))

/** Gives each kind of message the next action of its peer, so that all of them come about. */
function rotated(kinds: Point[][], random: () => number): Fault[] {
  const turn = new Map<Peer, number>()
  return shuffled(kinds, random).flatMap((points) => {
    // How often something is looked at again varies; its first times are sure to come.
    const point = points[Math.floor(random() * Math.ceil(points.length / 2))]!
    const actions = actionsAt(point.peer).filter((action) => !isKill(action) && action !== LONGEST)
    const next = turn.get(point.peer) ?? 0
    turn.set(point.peer, next + 1)
    return [{ ...point, action: actions[next % actions.length]! }]
  })
}

function gather(faults: Fault[]): Case[] {
  const groups: Fault[][] = []
  for (const fault of faults) {
    const room = (group: Fault[]): boolean =>
      group.filter((each) => each.peer === fault.peer).length < (TOGETHER[fault.peer] ?? 1)
    const group = groups.find(room)
    if (group) group.push(fault)
    else groups.push([fault])
  }
  return groups.map(caseOf)
}

/** When time runs out, a bit of both has run. */
const interleave = (some: Case[], others: Case[]): Case[] => {
  const longer = Math.max(some.length, others.length)
  return Array.from({ length: longer }, (_each, index) => [some[index], others[index]])
    .flat()
    .filter((each) => each !== undefined)
}

/** Reads the name of a case, as `--only` is given it. Throws for one that is none. */
export const parseCase = (name: string): Case => caseOf(name.split('+').map(parseFault))

function parseFault(name: string): Fault {
  const [, side, peer, what, nth, action] =
    /^(web|worker):(stripe|proxmox|smtp|webhook|postgres):(.+)#(\d+)!([a-z-]+)$/.exec(name) ?? []
  const known = peer === undefined ? undefined : actionsAt(peer as Peer).find((each) => each === action)
  if (known === undefined)
    throw new Error(`${name} is not the name of a case, such as worker:proxmox:POST_/…#1!lost-answer`)
  return { side: side as Side, peer: peer as Peer, what: what!, nth: Number(nth), action: known }
}
