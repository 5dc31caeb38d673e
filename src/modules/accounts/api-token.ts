import type { Schema } from '#platform/schema.ts'

/** A program's key to the API, for one user and one customer. */
export type ApiToken = Omit<Schema['apiTokens'], 'tokenHash'>

export const API_TOKEN_COLUMNS = [
  'apiTokens.id',
  'apiTokens.userId',
  'apiTokens.customerId',
  'apiTokens.name',
  'apiTokens.lastFour',
  'apiTokens.createdAt',
  'apiTokens.lastUsedAt',
  'apiTokens.revokedAt',
] as const satisfies readonly `apiTokens.${keyof ApiToken}`[]

/** What every token begins with, so that scanners for leaked secrets know it. */
export const API_TOKEN_PREFIX = 'ez_'
export const API_TOKENS_PER_USER = 50
/** How stale `lastUsedAt` may be, so that a call seldom writes. */
export const USED_SECONDS = 60
