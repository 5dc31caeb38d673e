import { z } from 'zod'
import { getUser, listApiTokens } from '#modules/accounts/accounts-queries.ts'
import type { ApiToken as Token } from '#modules/accounts/api-token.ts'
import { createApiToken, CreateApiTokenInput } from '#modules/accounts/create-api-token.ts'
import { revokeApiToken } from '#modules/accounts/revoke-api-token.ts'
import { instant, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'API tokens'

const ApiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    lastFour: z.string(),
    scopes: z.array(z.string()).nullable().meta({ description: 'Null: whatever its user may do.' }),
    addresses: z.array(z.string()).meta({ description: 'From where it may be used; empty: from anywhere.' }),
    expiresAt: instant.nullable(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    lastUsedAddress: z.string().nullable(),
    user: z.object({ id: z.string(), name: z.string() }).meta({ description: 'Whom it acts as.' }),
  })
  .meta({ id: 'ApiToken', description: 'A key for a program that acts as a member, within its scopes.' })

const present = ({ userId, userName, ...token }: Token & { userName: string }) => ({
  ...token,
  user: { id: userId, name: userName },
})

export const readApiTokens = route({
  method: 'get',
  path: '/api-tokens',
  operationId: 'listApiTokens',
  tag,
  summary: 'Your API tokens, or those of all members',
  query: z.strictObject({
    of: z.enum(['me', 'everyone']).default('me').meta({ description: 'Everyone: for owners and administrators.' }),
  }),
  success: { status: 200, description: 'Those that work, newest first.', body: z.object({ data: z.array(ApiToken) }) },
  problems: ['permission_denied'],
  run: async ({ app, actor, query }) => ({
    data: (await listApiTokens(app, actor, { everyone: query.of === 'everyone' })).map(present),
  }),
})

export const makeApiToken = route({
  method: 'post',
  path: '/api-tokens',
  operationId: 'createApiToken',
  tag,
  summary: 'Make an API token',
  description: 'The token is told this once. A token cannot make tokens.',
  body: CreateApiTokenInput,
  example: { name: 'Deploy script', scopes: ['service.read'], expiresInDays: 90 },
  success: { status: 201, description: 'The token; keep it now.', body: ApiToken.extend({ token: z.string() }) },
  problems: ['confirmation_needed', 'scope_beyond_role', 'too_many_api_tokens'],
  run: async ({ app, actor, body }) => {
    const { token, apiToken } = await createApiToken(app, actor, body)
    const { name: userName } = await getUser(app, actor, apiToken.userId)
    return { ...present({ ...apiToken, userName }), token }
  },
})

export const endApiToken = route({
  method: 'delete',
  path: '/api-tokens/{tokenId}',
  operationId: 'revokeApiToken',
  tag,
  summary: 'Revoke an API token',
  params: z.strictObject({ tokenId: pathId }),
  success: { status: 204, description: 'The token no longer works.' },
  problems: ['api_token_not_found'],
  run: ({ app, actor, params }) => revokeApiToken(app, actor, params),
})
