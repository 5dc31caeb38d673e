import { createHmac } from 'node:crypto'

/** What is wrong with a message on purpose. */
export type Forgery = 'wrong_secret' | 'stale' | 'tampered' | 'missing' | 'garbage'

const v1 = (secret: string, timestamp: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')

/** The Stripe-Signature header: one v1 for each secret, as while a secret is being rolled. */
export const signatureOf = (secrets: string[], timestamp: number, body: string): string =>
  [`t=${timestamp}`, ...secrets.map((secret) => `v1=${v1(secret, timestamp, body)}`)].join(',')

/** A message as a forger would send it. `stale` is a true one, recorded ten minutes ago. */
export function forge(
  kind: Forgery,
  secrets: string[],
  timestamp: number,
  body: string,
): { body: string; signature: string | undefined } {
  switch (kind) {
    case 'wrong_secret':
      return { body, signature: signatureOf(['whsec_forged'], timestamp, body) }
    case 'stale':
      return { body, signature: signatureOf(secrets, timestamp - 600, body) }
    case 'tampered':
      return { body: body.replace(/}$/, ' }'), signature: signatureOf(secrets, timestamp, body) }
    case 'missing':
      return { body, signature: undefined }
    case 'garbage':
      return { body, signature: 't=now,v1=zz,v0=' }
  }
}
