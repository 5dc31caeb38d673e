import { randomOf, shuffled } from './chance.ts'
import { gather } from './plan.ts'
import {
  ACTIONS,
  type Action,
  actionsAt,
  type Case,
  type Fault,
  isDeath,
  kindOf,
  nameOfPoint,
  type Peer,
  type Point,
} from './points.ts'

/** What only the schedule does, at its own minutes, or as often as it takes: whether a telling meets it is chance. */
const BY_THE_CLOCK =
  /^GET \/v1\/(?:events|checkout\/sessions|customers|charges|disputes|payment_intents)$|gateway_cursors|tax_profiles|call_paces/

/**
 * A sample for every commit. Of every workflow it has each kind of strike at least once, most often where money or a
 * machine moves; those come first. Then each kind of message that no workflow before it has is struck once. The seed decides which
 * message gets which strike, so that other commits strike elsewhere.
 */
export function planSample(story: string, points: readonly Point[], known: ReadonlySet<string>, seed: number): Sample {
  const random = randomOf(seed)
  const sure = points.filter(({ what, peer, nth }) => !BY_THE_CLOCK.test(what) && (peer !== 'smtp' || nth === 1))
  const firsts = [...Map.groupBy(sure, kindOf).values()].map(([first]) => first!)
  const needed = everyStrike(firsts, random)
  const struck = new Set(needed.map(nameOfPoint))
  const fresh = firsts.filter((point) => !known.has(kindOf(point)) && !struck.has(nameOfPoint(point)))
  return {
    needed: gather(story, needed, seed),
    more: gather(story, rotated(shuffled(fresh, random), random), seed + 1),
  }
}

/** What has to run for every kind of strike to have come about, and what is run when time is left. */
export type Sample = { needed: Case[]; more: Case[] }

/** For each kind of strike a message that can bear it; each message gets one. */
function everyStrike(points: readonly Point[], random: () => number): Fault[] {
  const left = new Map(points.map((point) => [nameOfPoint(point), point]))
  const faults: Fault[] = []
  const strikes = Object.keys(ACTIONS) as Action[]
  // What fewest can bear chooses first.
  const bearers = (action: Action): Point[] => [...left.values()].filter(({ peer }) => actionsAt(peer).includes(action))
  for (const action of strikes.toSorted((a, b) => bearers(a).length - bearers(b).length)) {
    const lots = new Map(bearers(action).map((each) => [each, random() ** (1 / weight(each))]))
    const [point] = [...lots.keys()].toSorted((a, b) => lots.get(b)! - lots.get(a)!)
    if (!point) continue
    left.delete(nameOfPoint(point))
    faults.push({ ...point, action })
  }
  return faults
}

/** Where a strike does most harm it comes most often: what changes something outside, then what is committed. */
function weight({ peer, what }: Point): number {
  if (what.startsWith('GET ') || peer === 'smtp') return 1
  return peer === 'stripe' || peer === 'proxmox' ? 4 : 2
}

/** Gives each message the next gentle strike of its peer, so that all of them come about. */
function rotated(points: readonly Point[], random: () => number): Fault[] {
  const turn = new Map<Peer, number>()
  return points.map((point) => {
    const gentle = actionsAt(point.peer).filter((action) => !isDeath(action) && action !== 'hang')
    const next = turn.get(point.peer) ?? Math.floor(random() * gentle.length)
    turn.set(point.peer, next + 1)
    return { ...point, action: gentle[next % gentle.length]! }
  })
}
