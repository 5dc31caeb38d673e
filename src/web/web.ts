import type { App } from '#app/app.ts'
import type { SignedIn } from '#modules/accounts/session.ts'

/** What the host knows about a request before any page does. */
export type Arrival = { requestId: string; address: string }

export type WebOptions = {
  /** Who is behind the session cookie of a request; undefined for a stranger. Asked at most once per request, and never for shared pages. */
  signedIn(request: Request, arrival: Arrival): Promise<SignedIn | undefined>
  /** Origins a form may lead to besides our own: the payment gateway's hosted page. */
  paymentOrigins?: readonly string[]
}

/** The pages, as one fetch handler. */
export type Web = {
  fetch(request: Request, arrival: Arrival): Promise<Response>
  /** Forgets every page kept in memory, so that the next visitor sees what has changed. */
  dropPages(): void
}

export type CreateWeb = (app: App, options: WebOptions) => Web
