import { redirect } from 'react-router'
import { preferenceCookie, readCookie } from './cookies.ts'
import { type FlashKey, isFlashKey } from './messages/flash.ts'

/** A word of confirmation that arrives with the next page. `id` tells two of the same apart. */
export type Flash = { key: FlashKey; id: string }

const MINUTE_SECONDS = 60

/** Redirects after a successful action and says so on the next page; works without scripts. */
export function redirectWithFlash(address: string, key: FlashKey, headers: [string, string][] = []): Response {
  const cookie = preferenceCookie('flash', `${key}.${Date.now().toString(36)}`, MINUTE_SECONDS)
  return redirect(address, { headers: [...headers, ['set-cookie', cookie]] })
}

/** The flash a request carries, and the cookie that takes it away. */
export function takeFlash(request: Request): { flash: Flash | undefined; headers: Record<string, string> } {
  const [key = '', id = ''] = (readCookie(request, 'flash') ?? '').split('.')
  if (!isFlashKey(key)) return { flash: undefined, headers: {} }
  return { flash: { key, id }, headers: { 'set-cookie': preferenceCookie('flash', undefined) } }
}
