/** Who crosses a point: a process of ours. A point of webhooks or of the shop's own answers is the web process's. */
export type Side = 'web' | 'worker'
export type Peer = 'stripe' | 'proxmox' | 'smtp' | 'webhook' | 'postgres'

/** A place where a fault can strike: the n-th time that one thing crosses between a process of ours and a peer. */
export type Point = { side: Side; peer: Peer; what: string; nth: number }

/** `before`: nothing has reached the peer. `after`: the peer acted and nobody of ours has heard of it. */
export const ACTIONS = {
  'kill-before': 'kill -9 of the process before its message is passed on',
  'kill-after': 'kill -9 of the process after the peer acted, before it hears of it',
  'postgres-before': 'kill -9 of PostgreSQL before the commit reaches it',
  'postgres-after': 'kill -9 of PostgreSQL after the commit was flushed, before it is acknowledged',
  'lost-answer': 'the peer acted and the connection ends without an answer',
  reset: 'the connection is reset before anything reaches the peer',
  'error-after': 'the peer acted and the answer is an error (500, 451)',
  'too-many': 'refused for now (429 with Retry-After, 421)',
  slow: 'the answer comes a piece at a time, over three seconds',
  twice: 'the peer gets the message twice, and the answer is the second one',
  hang: 'the peer acted and the answer never comes',
} as const
export type Action = keyof typeof ACTIONS

const DEATHS: ReadonlySet<Action> = new Set(['kill-before', 'kill-after', 'postgres-before', 'postgres-after'])
/** Whether a process has to come back before the story can go on. */
export const isDeath = (action: Action): boolean => DEATHS.has(action)

/** What can happen where. `hang` lasts until the caller gives up. */
const BY_PEER: Record<Peer, readonly Action[]> = {
  stripe: ['kill-before', 'kill-after', 'lost-answer', 'reset', 'error-after', 'too-many', 'slow', 'twice', 'hang'],
  proxmox: ['kill-before', 'kill-after', 'lost-answer', 'reset', 'error-after', 'too-many', 'slow', 'twice', 'hang'],
  webhook: ['kill-before', 'kill-after', 'lost-answer', 'reset', 'error-after', 'too-many', 'slow', 'twice'],
  smtp: ['kill-before', 'kill-after', 'lost-answer', 'reset', 'error-after', 'too-many', 'slow'],
  postgres: ['kill-before', 'kill-after', 'postgres-before', 'postgres-after', 'lost-answer', 'reset'],
}
export const actionsAt = (peer: Peer): readonly Action[] => BY_PEER[peer]

export type Fault = Point & { action: Action }

/** Blanks become underscores, so that a name is one word at a terminal. */
const word = (text: string): string => text.replaceAll(/\s+/g, '_')

export const kindOf = ({ side, peer, what }: Omit<Point, 'nth'>): string => word(`${side}:${peer}:${what}`)
export const nameOfPoint = (point: Point): string => `${kindOf(point)}#${point.nth}`
export const nameOfFault = (fault: Fault): string => `${nameOfPoint(fault)}!${fault.action}`

/** One story with these faults in it; several only where they do not disturb each other. */
export type Case = { name: string; story: string; faults: Fault[] }
export const caseOf = (story: string, faults: Fault[]): Case => ({
  name: `${story}/${faults.map(nameOfFault).join('+') || 'clean'}`,
  story,
  faults,
})

/** A path with what differs from run to run replaced by what it stands for. */
export function shapeOf(path: string): string {
  const [plain = ''] = path.split('?')
  return plain
    .split('/')
    .map((raw) => {
      const part = decodeURIComponent(raw)
      if (part.startsWith('UPID')) return ':task'
      if (/^\d+$/.test(part)) return ':number'
      if (/-pve\d+$/.test(part)) return ':node'
      return /^[a-z]{2,4}_\w{8,}/.test(part) ? ':id' : part
    })
    .join('/')
}
