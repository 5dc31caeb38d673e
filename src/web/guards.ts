import { type MiddlewareFunction, redirect } from 'react-router'
import { pageRuleOf } from '#app/policy.ts'
import { admits } from '#app/rule.ts'
import { recordOpenedPage } from '#modules/accounts/record-opened-page.ts'
import { actingRefused } from '#modules/accounts/user.ts'
import { isLocale } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { seeRowsOf } from '#platform/row-scope.ts'
import { actorContext, appContext, localeContext, refusalContext, signedInContext } from './context.ts'
import { readCookie } from './cookies.ts'
import { paths } from './paths.ts'

type Guard = MiddlewareFunction<Response>

const noSuchPage = (): Problem => new Problem('not_found', 'page_not_found', 'There is no such page.')

/**
 * Before every page: lets in whom policy.ts lets in. Strangers sign in first, staff are led from the portal to their own
 * surface, to customers the staff area does not exist. Pages for all never ask who comes: they are shared.
 */
export const obeyPolicy: Guard = async ({ pattern, request, context }) => {
  // The router joins its paths without the first slash.
  const rule = pageRuleOf(pattern.startsWith('/') ? pattern : `/${pattern}`)
  if (!rule) throw noSuchPage()
  if (rule.who === 'anyone') return
  const signedIn = await context.get(signedInContext)()
  if (!signedIn) throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
  const { acting } = signedIn
  // One of us who looks as a customer does so on the pages of customers, and stays themselves on our own.
  const actor = acting && rule.who === 'customer' && !admits(rule, signedIn.actor) ? acting.actor : signedIn.actor
  context.set(actorContext, actor)
  seeRowsOf(actor)
  // Whoever owes a second factor goes nowhere but where it is set up.
  const setUp = actor.kind === 'staff' ? paths.staffSecurity() : paths.profileSecurity()
  if (signedIn.owesSecondFactor && !pattern.endsWith(setUp.slice(1))) throw redirect(setUp)
  if (actor === acting?.actor && !isWrite(request))
    await recordOpenedPage(context.get(appContext), actor, { impersonationId: acting.id, path: pathOf(request) })
  if (admits(rule, actor)) return
  if (actor === acting?.actor) {
    context.set(refusalContext, actingRefused())
    return
  }
  if (actor.kind === 'user' && rule.who !== 'staff') {
    const reason = 'Your role in this account does not include this page. An owner of the account can change that.'
    context.set(refusalContext, new Problem('forbidden', 'permission_denied', reason))
    return
  }
  if (actor.kind !== 'staff') throw noSuchPage()
  if (rule.who !== 'staff') throw redirect(paths.staff())
  // Thrown by the page itself, so that a colleague whose role lacks it finds no such page within the staff area.
  context.set(refusalContext, noSuchPage())
}

const isWrite = ({ method }: Request): boolean => method !== 'GET' && method !== 'HEAD'
const pathOf = ({ url }: Request): string => new URL(url).pathname.replace(/\.data$/, '')

/** For portal and staff area. The cookie is the choice made in this browser; without one the user's own setting counts. */
export const speakTheirLanguage: Guard = async ({ request, context }) => {
  const locale = (await context.get(signedInContext)())?.user.locale
  if (!isLocale(readCookie(request, 'locale')) && isLocale(locale)) context.set(localeContext, locale)
}

/** For pages that strangers may use, too, such as the checkout: the actor is known if there is one. */
export const knowActor: Guard = async ({ context }) => {
  const signedIn = await context.get(signedInContext)()
  if (!signedIn) return
  context.set(actorContext, signedIn.actor)
  seeRowsOf(signedIn.actor)
}
