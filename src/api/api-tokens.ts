import { z } from 'zod'
import { listApiTokens } from '#modules/accounts/accounts-queries.ts'
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
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ApiToken', description: 'A key for a program that acts as you.' })

export const readApiTokens = route({
  method: 'get',
  path: '/api-tokens',
  operationId: 'listApiTokens',
  tag,
  summary: 'Your API tokens',
  success: { status: 200, description: 'Those that work, newest first.', body: z.object({ data: z.array(ApiToken) }) },
  problems: [],
  run: async ({ app, actor }) => ({ data: await listApiTokens(app, actor) }),
})

export const makeApiToken = route({
  method: 'post',
  path: '/api-tokens',
  operationId: 'createApiToken',
  tag,
  summary: 'Make an API token',
  description: 'The token is told this once. A token cannot make tokens.',
  body: CreateApiTokenInput,
  example: { name: 'Deploy script' },
  success: { status: 201, description: 'The token; keep it now.', body: ApiToken.extend({ token: z.string() }) },
  problems: ['confirmation_needed', 'too_many_api_tokens'],
  run: async ({ app, actor, body }) => {
    const { token, apiToken } = await createApiToken(app, actor, body)
    return { ...apiToken, token }
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
