import { createHash } from 'node:crypto'
import {
  type Action,
  actionsAt,
  type Case,
  caseOf,
  type Fault,
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
export const planAll = (story: string, points: readonly Point[], seed: number): Case[] =>
  shuffled(
    points.flatMap((point) => actionsAt(point.peer).map((action) => caseOf(story, [{ ...point, action }]))),
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

/** Deaths of a sample, by what dies and how. Recovery waits for leases, so they are few and chosen. */
type Death = [Side, Peer, Action]
const OF_PURCHASE: readonly Death[] = [
  ['worker', 'postgres', 'postgres-after'],
  ['worker', 'proxmox', 'kill-after'],
  ['web', 'stripe', 'kill-after'],
  ['web', 'postgres', 'kill-before'],
  ['web', 'webhook', 'kill-after'],
  ['worker', 'postgres', 'postgres-before'],
  ['worker', 'smtp', 'kill-after'],
  ['worker', 'proxmox', 'kill-before'],
  ['worker', 'postgres', 'kill-after'],
]
/** The others share the shop and the machines with the purchase, and are struck where money moves. */
const OF_OTHERS: readonly Death[] = [
  ['worker', 'stripe', 'kill-after'],
  ['worker', 'postgres', 'postgres-after'],
  ['worker', 'postgres', 'kill-before'],
  ['worker', 'postgres', 'postgres-before'],
]
/** So many faults that kill nothing fit into one telling without hiding each other. */
const TOGETHER: Partial<Record<Peer, number>> = { proxmox: 3, webhook: 2, postgres: 3 }
/** What is over soon: nothing dies, and nobody waits until the other gives up. */
const GENTLE: readonly Action[] = ['lost-answer', 'reset', 'error-after', 'too-many', 'slow', 'twice']

/** What only the schedule does, at its own minutes: whether a telling meets it is chance. */
const BY_THE_CLOCK =
  /^GET \/v1\/(?:events|checkout\/sessions|customers|charges|disputes|payment_intents)$|gateway_cursors|tax_profiles/

/**
 * A sample for every commit: each kind of message of the purchase is struck once and each action meets each peer; of the
 * others, whose way is mostly the same, only messages that the purchase does not have, and each action once. What kills
 * nothing is gathered several to a story. Another seed pairs them otherwise.
 */
export function planSample(story: string, points: readonly Point[], known: ReadonlySet<string>, seed: number): Case[] {
  const random = randomOf(seed)
  const sure = points.filter(({ what }) => !BY_THE_CLOCK.test(what))
  const kinds = [...Map.groupBy(sure, kindOf).values()]
  const first = known.size === 0
  const deaths = (first ? OF_PURCHASE : OF_OTHERS).flatMap(([side, peer, action], turn) => {
    const fitting = changing(shuffled(kinds, random)).filter(([point]) => point?.side === side && point.peer === peer)
    const [point] = fitting[turn % 2 === 0 ? 0 : fitting.length - 1] ?? []
    return point ? [{ ...point, action }] : []
  })
  const own = kinds.filter(([point]) => first || !known.has(kindOf(point!)))
  const faults = withEveryAction(rotated(own, random), kinds, random)
  return interleave(
    deaths.map((fault) => caseOf(story, [fault])),
    gather(faults).map((some) => caseOf(story, some)),
  )
}

/** Adds what is missing so that every action that kills nothing comes about. */
function withEveryAction(faults: Fault[], kinds: Point[][], random: () => number): Fault[] {
  const struck = new Set(faults.map(nameOfPoint))
  for (const action of GENTLE) {
    if (faults.some((fault) => fault.action === action)) continue
    const point = shuffled(kinds, random)
      .map(([each]) => each!)
      .find((each) => actionsAt(each.peer).includes(action) && !struck.has(nameOfPoint(each)))
    if (!point) continue
    struck.add(nameOfPoint(point))
    faults.push({ ...point, action })
  }
  return faults
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
    const actions = actionsAt(point.peer).filter((action) => GENTLE.includes(action))
    const next = turn.get(point.peer) ?? 0
    turn.set(point.peer, next + 1)
    return [{ ...point, action: actions[next % actions.length]! }]
  })
}

function gather(faults: Fault[]): Fault[][] {
  const groups: Fault[][] = []
  for (const fault of faults) {
    const room = (group: Fault[]): boolean =>
      group.filter((each) => each.peer === fault.peer).length < (TOGETHER[fault.peer] ?? 1)
    const group = groups.find(room)
    if (group) group.push(fault)
    else groups.push([fault])
  }
  return groups
}

/** When time runs out, a bit of both has run. */
const interleave = (some: Case[], others: Case[]): Case[] => {
  const longer = Math.max(some.length, others.length)
  return Array.from({ length: longer }, (_each, index) => [some[index], others[index]])
    .flat()
    .filter((each) => each !== undefined)
}

/** Reads the name of a case, as `--only` is given it. Throws for one that is none. */
export function parseCase(name: string): Case {
  const [, story = 'purchase', faults = ''] = /^(?:([a-z-]+)\/)?(.*)$/.exec(name) ?? []
  return caseOf(story, faults === 'clean' ? [] : faults.split('+').map(parseFault))
}

function parseFault(name: string): Fault {
  const [, side, peer, what, nth, action] =
    /^(web|worker):(stripe|proxmox|smtp|webhook|postgres):(.+)#(\d+)!([a-z-]+)$/.exec(name) ?? []
  const known = peer === undefined ? undefined : actionsAt(peer as Peer).find((each) => each === action)
  if (known === undefined)
    throw new Error(`${name} is not the name of a case, such as worker:proxmox:POST_/…#1!lost-answer`)
  return { side: side as Side, peer: peer as Peer, what: what!, nth: Number(nth), action: known }
}
