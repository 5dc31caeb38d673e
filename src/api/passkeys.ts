import { z } from 'zod'
import { listPasskeys, removePasskey } from '#modules/accounts/change-passkey.ts'
import { PasswordProof } from '#modules/accounts/confirm-user.ts'
import { instant, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Passkeys'

const PasskeyBody = z
  .object({
    id: z.string(),
    name: z.string(),
    backedUp: z.boolean().meta({ description: 'Whether it is synced, or lives on one device alone.' }),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Passkey', description: 'A key in your device or password manager that signs you in.' })

export const readPasskeys = route({
  method: 'get',
  path: '/passkeys',
  operationId: 'listPasskeys',
  tag,
  summary: 'Your passkeys',
  description: 'They are made in a browser, on the security page.',
  success: { status: 200, description: 'The oldest first.', body: z.object({ data: z.array(PasskeyBody) }) },
  problems: [],
  run: async ({ app, actor }) => ({ data: await listPasskeys(app, actor) }),
})

export const createPasskeyRemoval = route({
  method: 'post',
  path: '/passkeys/{passkeyId}/removal',
  operationId: 'removePasskey',
  tag,
  summary: 'Remove a passkey',
  description: 'Asks for your password again and, where you have a second factor, for its code or a recovery code.',
  params: z.strictObject({ passkeyId: pathId }),
  body: PasswordProof,
  example: { currentPassword: 'four random words here' },
  success: { status: 204, description: 'It no longer signs anybody in.' },
  problems: ['passkey_not_found', 'password_wrong', 'second_factor_wrong', 'last_way_in', 'too_many_attempts', 'busy'],
  run: ({ app, actor, params, body }) => removePasskey(app, actor, { ...body, ...params }),
})
