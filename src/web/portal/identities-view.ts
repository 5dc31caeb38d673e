import type { RouterContextProvider } from 'react-router'
import { listIdentities } from '#modules/accounts/identity.ts'
import { ownScope } from './scope.ts'
import { iso, isoOrNull } from './view.ts'

/** Each provider that is offered, and each that somebody is still connected with. */
export async function identitiesView(context: Readonly<RouterContextProvider>) {
  const { app, actor } = ownScope(context)
  const identities = await listIdentities(app, actor)
  const offered = app.identityProviders.map(({ name, label }) => ({ name, label, offered: true }))
  const gone = identities
    .filter(({ provider }) => !offered.some(({ name }) => name === provider))
    .map(({ provider }) => ({ name: provider, label: provider, offered: false }))
  return [...offered, ...gone].map((provider) => {
    const connected = identities.find((identity) => identity.provider === provider.name)
    return {
      ...provider,
      connected: connected && {
        id: connected.id,
        email: connected.email,
        createdAt: iso(connected.createdAt),
        lastUsedAt: isoOrNull(connected.lastUsedAt),
      },
    }
  })
}

export type IdentitiesView = Awaited<ReturnType<typeof identitiesView>>
