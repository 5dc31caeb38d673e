/**
 * Which of Stripe's limits a request counts against: it limits reads and writes apart, and each resource by itself. Ids and what
 * follows them make no other resource.
 */
export function endpointClass(method: string, path: string): string {
  const parts = path.replace(/^\/v1\//, '').split('/')
  // Only these two have a name of two parts.
  const words = parts[0] === 'checkout' || parts[0] === 'billing_portal' ? 2 : 1
  return `stripe ${method === 'GET' ? 'read' : 'write'} ${parts.slice(0, words).join('/')}`
}
