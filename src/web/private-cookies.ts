/**
 * Cookies that open something. Scripts cannot read them, other sites cannot send or set them, and they never travel in
 * the clear (browsers take `localhost` for safe). `undefined` takes one back.
 */
export function privateCookie(name: `__Host-${string}`, value: string | undefined, maxAgeSeconds: number): string {
  const life = value === undefined ? 0 : Math.max(0, Math.floor(maxAgeSeconds))
  return `${name}=${encodeURIComponent(value ?? '')}; Path=/; Max-Age=${life}; HttpOnly; Secure; SameSite=Lax`
}
