import { z } from 'zod'
import { disconnectIdentity } from '#modules/accounts/disconnect-identity.ts'
import { listIdentities } from '#modules/accounts/identity.ts'
import { instant, pathId } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Your account'

const Identity = z
  .object({
    id: z.string(),
    provider: z.string(),
    email: z.string().nullable(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Identity', description: 'Who you are elsewhere, and may log in as.' })

export const readIdentities = route({
  method: 'get',
  path: '/me/identities',
  operationId: 'listIdentities',
  tag,
  summary: 'As whom you may log in',
  description: 'They are connected in a browser, under Security.',
  success: { status: 200, description: 'The oldest first.', body: z.object({ data: z.array(Identity) }) },
  problems: [],
  run: async ({ app, actor }) => ({ data: await listIdentities(app, actor) }),
})

export const deleteIdentity = route({
  method: 'delete',
  path: '/me/identities/{identityId}',
  operationId: 'disconnectIdentity',
  tag,
  summary: 'Disconnect an outside identity',
  params: z.strictObject({ identityId: pathId }),
  success: { status: 204, description: 'It logs nobody in any longer.' },
  problems: ['identity_not_found', 'confirmation_needed', 'last_way_in'],
  run: ({ app, actor, params }) => disconnectIdentity(app, actor, params),
})
