import { createContext, type RouterContextProvider } from 'react-router'
import type { App } from '#app/app.ts'
import type { SignedIn } from '#modules/accounts/session.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import type { Problem } from '#platform/problem.ts'

type Theme = 'light' | 'dark'

/** What a page may know of the request besides its URL and form. */
export type RequestFacts = {
  requestId: string
  address: string
  userAgent: string
  /** Origin of every link we send out, such as `https://shop.example.com`. */
  origin: string
  /** An explicit choice; undefined follows the system. */
  theme: Theme | undefined
  /** IANA name; what the browser told us on an earlier visit, else UTC. */
  timeZone: string
  /** Origins of the payment gateway's hosted page. */
  paymentOrigins: readonly string[]
}

/** What pages tell the edge about the answer, whichever loader runs first. */
export type Reply = {
  /** More origins that forms on this page may lead to. Chrome checks redirects after a form, too. */
  formAction: string[]
  retryAfterSeconds: number | undefined
}

export const appContext = createContext<App>()
/** Who acts. A stranger on pages that are for all, unless the page asks. */
export const actorContext = createContext<Actor>(anonymous)
/** Why this page is not for who acts now: every loader and action of the page throws it, those of its shell do not. */
export const refusalContext = createContext<Problem | null>(null)
/** Asks for the session when a page needs it; the answer is kept for the request. */
export const signedInContext = createContext<() => Promise<SignedIn | undefined>>()
export const localeContext = createContext<Locale>('en')
export const nonceContext = createContext<string>()
export const requestContext = createContext<RequestFacts>()
export const replyContext = createContext<Reply>()

/** For loaders of pages whose form leads to the payment gateway: without it the browser blocks the redirect. */
export function allowPaymentRedirect(context: Readonly<RouterContextProvider>): void {
  context.get(replyContext).formAction.push(...context.get(requestContext).paymentOrigins)
}
