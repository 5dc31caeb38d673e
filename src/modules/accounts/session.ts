import type { StaffActor, UserActor } from '#platform/actor.ts'
import type { Schema } from '#platform/schema.ts'
import type { Customer } from './customer.ts'
import type { User } from './user.ts'

/** A browser that is signed in; its secret is known to the browser alone. */
export type Session = Omit<Schema['sessions'], 'tokenHash'>

export const SESSION_COLUMNS = [
  'sessions.id',
  'sessions.userId',
  'sessions.customerId',
  'sessions.method',
  'sessions.userAgent',
  'sessions.address',
  'sessions.createdAt',
  'sessions.lastSeenAt',
  'sessions.confirmedAt',
  'sessions.expiresAt',
  'sessions.revokedAt',
] as const satisfies readonly `sessions.${keyof Session}`[]

/** A session ends after this, however busy it is, and earlier when nobody came for the idle time. */
export const SESSION_HOURS = 90 * 24
export const SESSION_IDLE_HOURS = 30 * 24
/** Tries at one account, forgotten after a success. */
export const SIGN_IN_PER_ACCOUNT = { name: 'sign-in', attempts: 10, perSeconds: 900 }
/** How stale `lastSeenAt` may be, so that reading a page seldom writes. */
export const SEEN_MINUTES = 5

/** Who is behind a session: `customer` is null for staff. */
export type SignedIn = {
  user: User
  customer: Pick<Customer, 'id' | 'name' | 'currency' | 'locale'> | null
  sessionId: string
  actor: StaffActor | UserActor
  /** The customer whose pages one of us looks at just now, and as whom. */
  acting: { id: string; customerName: string; until: Temporal.Instant; actor: UserActor } | null
  /** A second factor is demanded of them and they have none: they may do nothing but set one up. */
  owesSecondFactor: boolean
}

/** A session just opened. The token is told once and goes into the cookie. */
export type OpenedSession = {
  token: string
  sessionId: string
  expiresAt: Temporal.Instant
  userId: string
  actor: StaffActor | UserActor
}

/** Where a sign-in comes from, as far as the edge knows. */
export type Visitor = { address?: string | undefined; userAgent?: string | undefined }
