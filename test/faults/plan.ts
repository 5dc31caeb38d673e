import { createHash } from 'node:crypto'
import { shuffled, randomOf } from './chance.ts'
import {
  actionsAt,
  type Action,
  type Case,
  caseOf,
  type Fault,
  isDeath,
  kindOf,
  nameOfFault,
  nameOfPoint,
  type Peer,
  type Point,
  type Side,
} from './points.ts'

/** The points that every clean run crosses; how often something is looked at again depends on the machine's speed. */
export function commonPoints(runs: readonly Point[][]): Point[] {
  const [first = [], ...others] = runs
  const names = others.map((points) => new Set(points.map(nameOfPoint)))
  return first.filter((point) => names.every((known) => known.has(nameOfPoint(point))))
}

/** Every strike at every point. */
export const everyFault = (points: readonly Point[]): Fault[] =>
  points.flatMap((point) => actionsAt(point.peer).map((action) => ({ ...point, action })))

/** The K-th of N parts, as `K/N` says. A fault is always in the same part, whatever else a run meets. */
export function partOf(story: string, faults: readonly Fault[], part: string): Fault[] {
  const [, which, parts] = /^(\d+)\/(\d+)$/.exec(part) ?? []
  if (Number(which) < 1 || !(Number(which) <= Number(parts))) throw new Error(`${part} is no part, such as 1/4`)
  const lot = (fault: Fault): number =>
    createHash('sha256')
      .update(`${story}/${nameOfFault(fault)}`)
      .digest()
      .readUInt32BE() % Number(parts)
  return faults.filter((fault) => lot(fault) === Number(which) - 1)
}

/** So many faults that kill nothing fit into one telling without hiding each other. */
const TOGETHER: Record<Peer, number> = { proxmox: 3, webhook: 2, postgres: 3, stripe: 2, smtp: 1 }
/** What dies takes a while to come back, so two deaths are enough for one telling. */
const DEATHS_TOGETHER = 2

/**
 * Gathers faults into tellings in an order that the seed decides: deaths with deaths, two to a telling, what kills nothing
 * with its like. No telling has two faults at one kind of message, since the first would move the second.
 */
export function gather(story: string, faults: readonly Fault[], seed: number): Case[] {
  const groups: Fault[][] = []
  for (const fault of shuffled(faults, randomOf(seed))) {
    const group = groups.find((some) => fits(some, fault))
    if (group) group.push(fault)
    else groups.push([fault])
  }
  return groups.map((some) => caseOf(story, some))
}

function fits(group: readonly Fault[], fault: Fault): boolean {
  if (isDeath(group[0]!.action) !== isDeath(fault.action)) return false
  if (group.some((each) => kindOf(each) === kindOf(fault))) return false
  if (isDeath(fault.action)) return group.length < DEATHS_TOGETHER
  const near = group.filter(({ peer }) => peer === fault.peer)
  // Whoever hangs is waited for until the caller gives up.
  if (fault.action === 'hang' && near.some(({ action }) => action === 'hang')) return false
  return near.length < TOGETHER[fault.peer]
}

/** Each fault in a telling of its own. */
export const apart = (story: string, faults: readonly Fault[], seed: number): Case[] =>
  shuffled(faults, randomOf(seed)).map((fault) => caseOf(story, [fault]))

/** Reads the name of a case, as `--only` is given it. Throws for one that is none. */
export function parseCase(name: string): Case {
  const [, story = 'purchase', faults = ''] = /^(?:([a-z-]+)\/)?(.*)$/.exec(name) ?? []
  return caseOf(story, faults === 'clean' ? [] : faults.split('+').map(parseFault))
}

function parseFault(name: string): Fault {
  const [, side, peer, what, nth, action] =
    /^(web|worker):(stripe|proxmox|smtp|webhook|postgres):(.+)#(\d+)!([a-z-]+)$/.exec(name) ?? []
  const known: Action | undefined =
    peer === undefined ? undefined : actionsAt(peer as Peer).find((each) => each === action)
  if (known === undefined)
    throw new Error(`${name} is not the name of a case, such as worker:proxmox:POST_/…#1!lost-answer`)
  return { side: side as Side, peer: peer as Peer, what: what!, nth: Number(nth), action: known }
}
