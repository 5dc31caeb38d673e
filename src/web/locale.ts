import { isLocale, type Locale, preferredLocale } from '#platform/i18n.ts'
import { readCookie } from './cookies.ts'

/** First parts of addresses that belong to one person: their language is that person's, not the address's. */
const PERSONAL = new Set([
  'portal',
  'staff',
  'login',
  'logout',
  'register',
  'verify-email',
  'forgot-password',
  'reset-password',
  'preferences',
  'developer',
])

/**
 * The language of a request. Shop pages carry it in their address, since everybody shares them: `/de/pricing` is German,
 * `/pricing` English. Personal pages follow the cookie, then the browser; the user's own setting may override it later.
 */
export function localeOf(request: Request): Locale {
  const { pathname, searchParams } = new URL(request.url)
  const first = pathname.split('/')[1]?.replace(/\.data$/, '') ?? ''
  if (isLocale(first)) return first
  if (!PERSONAL.has(first)) return 'en'
  // On the way through sign-in from a shop page in another language.
  const next = searchParams.get('next')?.split('/')[1]
  if (isLocale(next)) return next
  const chosen = readCookie(request, 'locale')
  return isLocale(chosen) ? chosen : preferredLocale(request.headers.get('accept-language'))
}
