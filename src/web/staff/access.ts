import type { RouterContextProvider } from 'react-router'
import type { App } from '#app/app.ts'
import { mayDo, type Permission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { actorContext, appContext } from '../context.ts'

export type StaffScope = { app: App; actor: Actor; may: (permission: Permission) => boolean }

/**
 * The product and who acts, for loaders and actions of staff pages. Who may open the page stands in policy.ts and is asked
 * before. Commands ask again; this only decides what is shown.
 */
export function staffScope(context: Readonly<RouterContextProvider>): StaffScope {
  const actor = context.get(actorContext)
  return { app: context.get(appContext), actor, may: (asked) => mayDo(actor, asked) }
}
