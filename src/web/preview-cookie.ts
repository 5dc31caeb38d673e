import { readCookie } from './cookies.ts'
import { privateCookie } from './private-cookies.ts'

const NAME = '__Host-preview'

/** The token of the preview a visitor looks at, if any. */
export const previewToken = (request: Request): string | undefined => readCookie(request, NAME)

/** Pages of somebody who looks at a preview are theirs alone. */
export const isPreviewing = (request: Request): boolean => previewToken(request) !== undefined

/** Enters a preview until it ends, or leaves it. */
export const previewCookie = (token: string | undefined, maxAgeSeconds: number): string =>
  privateCookie(NAME, token, maxAgeSeconds)

/** The same answer for this visitor only: nothing between us and them keeps it. */
export function withoutSharing(response: Response): Response {
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'private, no-store')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
