import type { RouterContextProvider } from 'react-router'
import { listPasskeys } from '#modules/accounts/change-passkey.ts'
import { getProofNeeds } from '#modules/accounts/confirm-user.ts'
import { getPasskeyFactor } from '#modules/accounts/passkey-factor.ts'
import { findRelyingParty } from '#modules/accounts/passkey.ts'
import { requestContext } from '../context.ts'
import { describeBrowser } from './describe-browser.ts'
import { ownScope } from './scope.ts'
import { iso } from './view.ts'

const PASSKEY_ACTS = ['add', 'ask', 'stop', 'codes'] as const

/** The actor's passkeys as the security page shows them, and what is being done about them by the page's address. */
export async function passkeysView(context: Readonly<RouterContextProvider>, wanted: string | null) {
  const { app, actor } = ownScope(context)
  const [passkeys, factor, needs] = await Promise.all([
    listPasskeys(app, actor),
    getPasskeyFactor(app, actor),
    getProofNeeds(app, actor),
  ])
  const { browser, system } = describeBrowser(context.get(requestContext).userAgent)
  const act = PASSKEY_ACTS.find((each) => each === wanted)
  return {
    available: findRelyingParty(app.config) !== undefined,
    list: passkeys.map(({ id, name, backedUp, createdAt, lastUsedAt }) => ({
      id,
      name,
      synced: backedUp,
      createdAt: iso(createdAt),
      lastUsedAt: lastUsedAt && iso(lastUsedAt),
    })),
    factor,
    needs,
    act,
    changing: passkeys.find(({ id }) => id === wanted)?.id,
    suggestedName: [browser, system].filter(Boolean).join(', '),
  }
}

export type PasskeysView = Awaited<ReturnType<typeof passkeysView>> & {
  /** The recovery codes are told of here, unless the authenticator app tells of them. */
  ownCodes: boolean
}
export type PasskeyView = PasskeysView['list'][number]
