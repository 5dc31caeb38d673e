/** Where an answer comes from, as far as its headers depend on it. */
type Asked = { path: string; personal: boolean; https?: boolean }

const SAFE_REFERRER = new Set(['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin'])

/**
 * What is missing or too much in the headers of an answer, by the rules of Mozilla's HTTP Observatory and those of this house;
 * nothing when it would be given the full mark.
 */
export function headerFaults(headers: Headers, { path, personal, https = false }: Asked): string[] {
  const faults: string[] = []
  const must = (right: boolean, what: string): void => {
    if (!right) faults.push(`${path}: ${what}`)
  }
  const get = (name: string): string => headers.get(name) ?? ''
  const policy = new Map(
    get('content-security-policy')
      .split(';')
      .map((part) => part.trim().split(/\s+/))
      .map(([name = '', ...values]) => [name, values]),
  )
  must(policy.get('default-src')?.join() === "'none'", 'the policy allows nothing unless it says so')
  for (const name of ['base-uri', 'frame-ancestors'])
    must(policy.get(name)?.join() === "'none'", `the policy says ${name} 'none'`)
  must(policy.has('form-action'), 'the policy lists where forms lead')
  for (const [name, values] of policy) {
    must(
      !values.some((value) => /unsafe|^\*$|^https?:$|^data:$/.test(value) && name !== 'img-src'),
      `${name} ${values.join(' ')}`,
    )
    if (name === 'script-src')
      must(
        values.every((value) => /^'(self|none|nonce-[\w+/=-]{20,})'$/.test(value)),
        `scripts come from ${values.join(' ')}`,
      )
  }
  must(get('x-content-type-options') === 'nosniff', 'its type is not guessed')
  must(SAFE_REFERRER.has(get('referrer-policy')), 'it tells other sites no address')
  must(/camera=\(\)/.test(get('permissions-policy')), 'it asks for no device')
  must(get('cross-origin-opener-policy') === 'same-origin', 'other windows do not reach it')
  must(get('cross-origin-resource-policy') === 'same-origin', 'other sites do not load it')
  for (const name of ['server', 'x-powered-by', 'x-aspnet-version'])
    must(!headers.has(name), `it does not name its ${name}`)
  must(/^req_/.test(get('x-request-id')), 'it has an id to tell our support')
  must(get('cache-control') !== '', 'it says whether it may be kept')
  if (personal) must(get('cache-control').includes('no-store'), `it is kept nowhere: ${get('cache-control')}`)
  must(!headers.has('access-control-allow-origin'), 'it is for our own pages')
  if (https) must(/max-age=\d{8,}/.test(get('strict-transport-security')), 'it is asked for by https from now on')
  for (const cookie of headers.getSetCookie()) {
    must(/; ?SameSite=(Lax|Strict)/i.test(cookie), `a cookie keeps to this site: ${cookie}`)
    if (cookie.startsWith('__Host-'))
      must(
        /; ?HttpOnly/i.test(cookie) && /; ?Secure/i.test(cookie) && /; ?Path=\/(;|$)/i.test(cookie),
        `a cookie that opens something is hidden: ${cookie.replace(/=[^;]*/, '')}`,
      )
    else must(!/session|token/i.test(cookie.split('=')[0]!), `no cookie but hidden ones opens something: ${cookie}`)
  }
  return faults
}
