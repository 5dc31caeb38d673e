/**
 * The content security policy of a page. A hydrated page has inline scripts of the router under a nonce; a page without
 * hydration has none, needs no nonce, and may be shared by every visitor.
 */
export function contentSecurityPolicy(options: { nonce?: string | undefined; formAction?: readonly string[] }): string {
  const development = import.meta.env.DEV
  return [
    "default-src 'none'",
    `script-src 'self'${options.nonce ? ` 'nonce-${options.nonce}'` : ''}`,
    // While developing, Vite injects style elements; a nonce would switch 'unsafe-inline' off.
    `style-src 'self'${development ? " 'unsafe-inline'" : ''}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    `form-action ${["'self'", ...(options.formAction ?? [])].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(development ? [] : ["require-trusted-types-for 'script'"]),
    // Older browsers know only the first.
    'report-uri /csp-reports',
    'report-to csp',
  ].join('; ')
}

/** What is never only reported: nobody frames our pages or moves their links, whatever is being tried out. */
export const ALWAYS_ENFORCED = "base-uri 'none'; frame-ancestors 'none'"
