import { z } from 'zod'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema, UserTokenKind } from '#platform/schema.ts'
import type { Secrets } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'

/** A link sent by mail that proves who reads the mailbox. */
export type UserToken = Schema['userTokens']

export const LinkTokenField = z
  .string({ error: 'Please open the link from the mail again.' })
  .max(200, { error: 'Please open the link from the mail again.' })

const HOURS: Record<UserTokenKind, number> = { verify_email: 72, reset_password: 1, join_staff: 72, change_email: 24 }

/** How long a link of this kind works. */
export const tokenHours = (kind: UserTokenKind): number => HOURS[kind]

const PURPOSE = 'user-token'
const SECRET = /^(utk_[0-9a-z]{26})\.([\w-]{43})$/

/** The secret of a link. It follows from the row and our key, so any job can rebuild it and no table holds it. */
export const userTokenSecret = (secrets: Secrets, token: Pick<UserToken, 'id' | 'email'>): string =>
  `${token.id}.${secrets.sign(PURPOSE, token.id + token.email)}`

/** Makes a new link for a user's present address, or for one they want instead of it. */
export async function createUserToken(
  tx: Tx,
  input: { kind: UserTokenKind; userId: string; email: string; fromEmail?: string },
): Promise<UserToken> {
  return tx.db
    .insertInto('userTokens')
    .values({
      id: newId('utk'),
      ...input,
      createdAt: tx.now,
      expiresAt: tx.now.add({ hours: tokenHours(input.kind) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * The row behind a link, locked with its user. Throws `link_invalid` for a secret we did not make, a link of another kind
 * or for an address the user no longer has. Whether it is used or over, the caller decides.
 */
export async function lockUserToken(
  tx: Tx,
  secrets: Secrets,
  kind: UserTokenKind,
  secret: string,
): Promise<LockedToken> {
  const [, id, signature] = SECRET.exec(secret) ?? []
  if (!id || !signature) throw invalidLink()
  const userId = await tx.db.selectFrom('userTokens').select('userId').where('id', '=', id).executeTakeFirst()
  if (!userId) throw invalidLink()
  const user = await tx.db
    .selectFrom('users')
    .select(['id', 'email', 'emailVerifiedAt', 'staffRole'])
    .where('id', '=', userId.userId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const token = await tx.db
    .selectFrom('userTokens')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const ours = secrets.verify(PURPOSE, token.id + token.email, signature)
  const meant = token.fromEmail ?? token.email
  if (!ours || token.kind !== kind || meant !== user.email) throw invalidLink()
  return { token, user }
}

export type LockedToken = {
  token: UserToken
  user: Pick<Schema['users'], 'id' | 'email' | 'emailVerifiedAt' | 'staffRole'>
}

/** No link that was mailed to a user before works any longer. */
export async function endLinks(tx: Tx, userId: string): Promise<void> {
  await tx.db
    .updateTable('userTokens')
    .set({ usedAt: tx.now })
    .where('userId', '=', userId)
    .where('usedAt', 'is', null)
    .execute()
}

/** Whether the link can still be used. */
export const isUsable = (token: UserToken, now: Temporal.Instant): boolean =>
  token.usedAt === null && Temporal.Instant.compare(now, token.expiresAt) < 0

/** For links that were never ours, and for those that are used or over: nobody learns which. */
export const invalidLink = (): Problem =>
  new Problem('invalid', 'link_invalid', 'This link no longer works. Please ask for a new one.')
