import { z } from 'zod'
import { SignInInput } from '#modules/accounts/sign-in.ts'
import { openTokenPair, RefreshInput, refreshTokenPair, revokeTokenPair } from '#modules/accounts/token-pair.ts'
import { route } from './route.ts'

const tag = 'Sessions'

const TokenPairBody = z
  .object({
    accessToken: z.string().meta({ description: 'A JWT; send it as `Authorization: Bearer …`.' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().meta({ description: 'Seconds for which the access token works.' }),
    refreshToken: z.string().meta({ description: 'Gives the next pair, once.' }),
  })
  .meta({ id: 'TokenPair', description: 'A session of a program.' })

export const createTokenPair = route({
  method: 'post',
  path: '/auth/token',
  operationId: 'createTokenPair',
  tag,
  summary: 'Sign in for a pair of tokens',
  description:
    'An access token that others can check with the keys at `/.well-known/jwks.json`, and a refresh token. It is a session: it is listed and ended like any other, and its access token ends with it.',
  body: SignInInput,
  example: { email: 'jane@example.com', password: 'four random words here' },
  success: { status: 201, description: 'The pair.', body: TokenPairBody },
  problems: ['sign_in_failed', 'second_factor_required', 'second_factor_wrong', 'sign_in_over', 'busy'],
  run: ({ app, actor, body, visitor }) => openTokenPair(app, actor, { ...body, ...visitor }),
})

export const renewTokenPair = route({
  method: 'post',
  path: '/auth/token/refresh',
  operationId: 'refreshTokenPair',
  tag,
  summary: 'The next pair of tokens',
  description:
    'A refresh token works once. When it comes a second time its session is ended, for one of the two was a thief.',
  body: RefreshInput,
  example: { refreshToken: 'dGhpcyBpcyBub3Qgb25lIG9mIG91cnM' },
  success: { status: 201, description: 'The pair.', body: TokenPairBody },
  problems: ['refresh_token_invalid'],
  run: ({ app, body }) => refreshTokenPair(app, body.refreshToken),
})

export const endTokenPair = route({
  method: 'post',
  path: '/auth/token/revoke',
  operationId: 'revokeTokenPair',
  tag,
  summary: 'Sign a program out by its refresh token',
  body: RefreshInput,
  example: { refreshToken: 'dGhpcyBpcyBub3Qgb25lIG9mIG91cnM' },
  success: { status: 204, description: 'Neither of the pair works any more.' },
  problems: [],
  run: ({ app, body }) => revokeTokenPair(app, body.refreshToken),
})
