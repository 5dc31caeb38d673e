import type { RouterContextProvider } from 'react-router'
import type { App } from '#app/app.ts'
import { mayDo, type Permission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { actorContext, appContext } from '../context.ts'

export type StaffScope = { app: App; actor: Actor; may: (permission: Permission) => boolean }

/**
 * The product and who acts, for loaders and actions of staff pages. With a permission, somebody whose role lacks it finds
 * no such page, as anybody outside would. Commands ask again; this only decides what is shown.
 */
export function staffScope(context: Readonly<RouterContextProvider>, permission?: Permission): StaffScope {
  const actor = context.get(actorContext)
  if (permission !== undefined && !mayDo(actor, permission))
    throw new Problem('not_found', 'page_not_found', 'There is no such page.')
  return { app: context.get(appContext), actor, may: (asked) => mayDo(actor, asked) }
}
