import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { readNetworks } from '#platform/client-address.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken } from '#platform/secrets.ts'
import {
  API_TOKEN_ADDRESSES,
  API_TOKEN_COLUMNS,
  API_TOKEN_DAYS,
  API_TOKENS_PER_USER,
  type ApiToken,
  newApiToken,
  READING_SCOPES,
  TOKEN_SCOPES,
} from './api-token.ts'
import { requireConfirmed } from './confirmed.ts'
import { mayDo, requireRight } from './permissions.ts'
import { actingUserId, lineField } from './user.ts'

const NetworkField = z
  .string()
  .trim()
  .max(49)
  .refine((text) => readNetworks([text]) !== undefined, {
    error: 'Please give addresses or networks, such as 203.0.113.7 or 2001:db8::/48.',
  })

export const CreateApiTokenInput = z.strictObject({
  name: lineField(100, 'Please give the token a name, such as the program that will use it.'),
  /** What it may do; reading when left out. */
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1, { error: 'Please choose what it may do.' }).optional(),
  /** After so many days it works no more; never when left out. */
  expiresInDays: z.int().min(1).max(API_TOKEN_DAYS).optional(),
  /** From where it may be used; from anywhere when left out. */
  addresses: z
    .array(NetworkField)
    .max(API_TOKEN_ADDRESSES, { error: `Please give at most ${API_TOKEN_ADDRESSES} addresses or networks.` })
    .optional(),
})
export type CreateApiTokenInput = z.output<typeof CreateApiTokenInput>

/**
 * Makes a token for a program that acts as this user for this customer, within the scopes. `token` is told this once and
 * cannot be read again. Throws `sign_in_required`, `permission_denied`, `confirmation_needed`, `scope_beyond_role`,
 * `too_many_api_tokens`.
 */
export async function createApiToken(
  app: App,
  actor: Actor,
  input: CreateApiTokenInput,
): Promise<{ token: string; apiToken: ApiToken }> {
  requireRight(actor, 'token.create')
  requireConfirmed(actor, app.clock.now())
  const [customerId, userId] = [actingCustomerId(actor), actingUserId(actor)]
  const scopes = input.scopes ?? READING_SCOPES.filter((each) => mayDo(actor, each))
  if (!scopes.every((each) => mayDo(actor, each)))
    throw new Problem('forbidden', 'scope_beyond_role', 'A token may do no more than your own role.')
  const token = newApiToken()
  const apiToken = await app.transaction(actor, async (tx) => {
    // The user's row stands for the list of their tokens while we count it.
    await tx.db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow()
    const { count } = await tx.db
      .selectFrom('apiTokens')
      .select((select) => select.fn.countAll<bigint>().as('count'))
      .where('userId', '=', userId)
      .where('revokedAt', 'is', null)
      .where((or) => or.or([or('expiresAt', 'is', null), or('expiresAt', '>', tx.now)]))
      .executeTakeFirstOrThrow()
    if (count >= API_TOKENS_PER_USER)
      throw new Problem('conflict', 'too_many_api_tokens', 'Please revoke a token you no longer use first.')
    const made = await tx.db
      .insertInto('apiTokens')
      .values({
        id: newId('tok'),
        userId,
        customerId,
        name: input.name,
        tokenHash: hashToken(token),
        lastFour: token.slice(-4),
        scopes: [...new Set(scopes)],
        addresses: [...new Set(input.addresses)],
        expiresAt: input.expiresInDays === undefined ? null : tx.now.add({ hours: 24 * input.expiresInDays }),
        createdAt: tx.now,
      })
      .returning(API_TOKEN_COLUMNS)
      .executeTakeFirstOrThrow()
    const { name, lastFour, addresses, expiresAt } = made
    await tx.emit('api_token.created', made.id, {
      customerId,
      after: { name, lastFour, scopes: made.scopes, addresses, expiresAt: expiresAt?.toString() ?? null },
    })
    return made
  })
  return { token, apiToken }
}
