import { type Fault, nameOfFault, nameOfPoint, type Peer, type Point, type Side } from './points.ts'

/** What the proxies tell and ask: they see every message, and learn here which one is to be struck. */
export type Traffic = {
  /** Counts a message and gives the fault that is planned for exactly this one. */
  pass(side: Side, peer: Peer, what: string): Fault | undefined
  /** Forgets what was counted and plans these faults. */
  begin(faults: readonly Fault[]): void
  /** Every point crossed since `begin`, in order. */
  points(): Point[]
  /** Names of the planned faults that have not struck. */
  missing(): string[]
  /** Gives up what has not struck. */
  disarm(): void
  /** How long after the last kill the killed process's successor took up the same conversation, in ms. */
  resumedMs(): number | undefined
}

/** No process starts as fast; what comes earlier was on its way when the other died. */
const SOONEST_MS = 300

export function createTraffic(now: () => number = () => performance.now()): Traffic {
  let counts = new Map<string, number>()
  let crossed: Point[] = []
  let planned = new Map<string, Fault>()
  let killed: { side: Side; peer: Peer; at: number } | undefined
  let resumed: number | undefined
  return {
    pass(side, peer, what) {
      const kind = `${side}:${peer}:${what}`
      const nth = (counts.get(kind) ?? 0) + 1
      counts.set(kind, nth)
      const point = { side, peer, what, nth }
      crossed.push(point)
      if (killed?.side === side && killed.peer === peer && now() - killed.at > SOONEST_MS) resumed ??= now() - killed.at
      const fault = planned.get(nameOfPoint(point))
      if (!fault) return undefined
      planned.delete(nameOfPoint(point))
      if (endsCaller(fault)) [killed, resumed] = [{ side, peer, at: now() }, undefined]
      return fault
    },
    begin(faults) {
      counts = new Map()
      crossed = []
      planned = new Map(faults.map((fault) => [nameOfPoint(fault), fault]))
      killed = undefined
      resumed = undefined
    },
    points: () => crossed,
    missing: () => [...planned.values()].map(nameOfFault),
    disarm: () => {
      planned = new Map()
    },
    resumedMs: () => resumed,
  }
}

/** Mail has its own, longer pauses between tries, and what writes to the database next may be other work. */
const endsCaller = ({ action, peer }: Fault): boolean =>
  (action === 'kill-before' || action === 'kill-after') && (peer === 'stripe' || peer === 'proxmox')
