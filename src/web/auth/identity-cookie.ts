import { FLOW_MINUTES } from '#modules/accounts/identity-flow.ts'
import { randomToken } from '#platform/secrets.ts'
import { readCookie } from '../cookies.ts'
import { privateCookie } from '../private-cookies.ts'

const BROWSER = '__Host-identity'

/** What tells this browser from others while it is on the way to a provider and back; its tabs share it. */
export const readIdentityBrowser = (request: Request): string | undefined => readCookie(request, BROWSER)

/** The browser's secret, new or as it was, and the cookie that keeps it for one more round. */
export function identityBrowser(request: Request): { browser: string; cookie: [string, string] } {
  const browser = readIdentityBrowser(request) ?? randomToken()
  return { browser, cookie: ['set-cookie', privateCookie(BROWSER, browser, FLOW_MINUTES * 60)] }
}
