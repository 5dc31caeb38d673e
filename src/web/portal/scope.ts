import type { RouterContextProvider } from 'react-router'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import { paths } from '../paths.ts'

export type PortalScope = { app: App; actor: Actor; customerId: string; locale: Locale }

/** The product, the customer's user who acts, and their language, for loaders and actions of portal pages. */
export function portalScope(context: Readonly<RouterContextProvider>): PortalScope {
  const actor = context.get(actorContext)
  return {
    app: context.get(appContext),
    actor,
    customerId: actingCustomerId(actor),
    locale: context.get(localeContext),
  }
}

/** The same for pages about oneself, which our own people have as well. `security` is where theirs is. */
export function ownScope(
  context: Readonly<RouterContextProvider>,
): Omit<PortalScope, 'customerId'> & { security: string } {
  const actor = context.get(actorContext)
  return {
    app: context.get(appContext),
    actor,
    locale: context.get(localeContext),
    security: actor.kind === 'staff' ? paths.staffSecurity() : paths.profileSecurity(),
  }
}

/** An id out of an address. What cannot be one is a page that does not exist, as another customer's is. */
export function pathId(text: string, prefix: 'svc' | 'inv' | 'crn' | 'grt' | 'sub'): string {
  if (new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(text)) return text
  throw new Problem('not_found', 'page_not_found', 'There is no such page.')
}
