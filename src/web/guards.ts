import { type MiddlewareFunction, redirect } from 'react-router'
import { isLocale } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { actorContext, localeContext, signedInContext } from './context.ts'
import { readCookie } from './cookies.ts'
import { paths } from './paths.ts'

type Guard = MiddlewareFunction<Response>

/** For the portal: a customer's user, in their language. Strangers sign in first, staff go to their own surface. */
export const requireCustomer: Guard = async ({ request, context }) => {
  const signedIn = await context.get(signedInContext)()
  if (!signedIn) throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  if (signedIn.actor.kind === 'staff') throw redirect(paths.staff())
  context.set(actorContext, signedIn.actor)
  speakTheirLanguage(request, context, signedIn.user.locale)
}

/** For the staff area. To customers it does not exist. */
export const requireStaff: Guard = async ({ request, context }) => {
  const signedIn = await context.get(signedInContext)()
  if (!signedIn) throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  if (signedIn.actor.kind !== 'staff') throw new Problem('not_found', 'page_not_found', 'There is no such page.')
  context.set(actorContext, signedIn.actor)
  speakTheirLanguage(request, context, signedIn.user.locale)
}

/** For pages that strangers may use, too, such as the checkout: the actor is known if there is one. */
export const knowActor: Guard = async ({ context }) => {
  const signedIn = await context.get(signedInContext)()
  if (signedIn) context.set(actorContext, signedIn.actor)
}

/** The cookie is the choice made in this browser; without one the user's own setting counts. */
function speakTheirLanguage(request: Request, context: Parameters<Guard>[0]['context'], locale: string): void {
  if (!isLocale(readCookie(request, 'locale')) && isLocale(locale)) context.set(localeContext, locale)
}
