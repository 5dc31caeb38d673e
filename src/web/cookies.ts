/** The value of one cookie of a request; undefined when it is absent or not readable. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 1 || part.slice(0, at).trim() !== name) continue
    try {
      return decodeURIComponent(part.slice(at + 1).trim())
    } catch {
      return undefined // Not written by us.
    }
  }
  return undefined
}

const YEAR_SECONDS = 365 * 24 * 3600

/** A cookie that holds a preference, never a secret: scripts of ours may read it. `undefined` takes it back. */
export function preferenceCookie(name: string, value: string | undefined, maxAgeSeconds = YEAR_SECONDS): string {
  return `${name}=${encodeURIComponent(value ?? '')}; Path=/; Max-Age=${value === undefined ? 0 : maxAgeSeconds}; SameSite=Lax`
}

/**
 * What shared pages may show of their visitor: whether somebody is signed in and how much is in the cart. The pages are
 * the same for everybody; a small script in the top bar reads these. They open nothing.
 */
export const signedInCookie = (signedIn: boolean): string => preferenceCookie('signed_in', signedIn ? '1' : undefined)
export const cartCountCookie = (items: number): string =>
  preferenceCookie('cart_count', items > 0 ? String(items) : undefined)
