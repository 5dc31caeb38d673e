import { z } from 'zod'
import { Period } from '#modules/catalog/period.ts'
import { parseSshKey, type SshKeyFault } from './ssh-key.ts'

/** What to say about each way a key can be wrong. */
const SSH_KEY_FAULTS: Record<SshKeyFault, string> = {
  private: 'This is a private key. Keep it to yourself and paste the public one, from the file that ends in .pub.',
  several: 'Paste one key, on one line.',
  kind: 'A public key begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-…; paste the whole line.',
  body: 'This key is incomplete. Copy the whole line from the file that ends in .pub.',
  weak: 'This RSA key is shorter than 2048 bits. Use a longer one, or an ed25519 key.',
  long: 'This is too long for a public key.',
}

const slug = z.string().regex(/^[a-z0-9.-]{1,64}$/, 'Choose one of the list.')

/** A name machines may have: labels of letters, digits and hyphens, 63 characters each, 253 in all (RFC 1123). */
export const Hostname = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, 'Give the server a name.')
  .max(253, 'A host name has at most 253 characters.')
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'Use letters, digits and hyphens, like web1 or web1.example.com.',
  )

const SshKey = z.string().transform((text, context) => {
  const parsed = parseSshKey(text)
  if (parsed.ok) return parsed.key
  // No input in the issue: a private key must not travel on with it.
  context.addIssue({ code: 'custom', message: SSH_KEY_FAULTS[parsed.fault], input: '' })
  return z.NEVER
})

/** How one server is ordered. Names are the catalogue's slugs; an option of quantity 0 is none, `choice` what is chosen of it. */
export const ItemConfiguration = z.strictObject({
  plan: slug,
  period: Period,
  region: slug,
  image: slug,
  hostname: Hostname,
  sshKey: SshKey,
  options: z
    .array(z.strictObject({ code: slug, quantity: z.int().min(0).max(100_000), choice: slug.optional() }))
    .max(20)
    .default([])
    .refine(
      (options) => new Set(options.map((option) => option.code)).size === options.length,
      'Name each option once.',
    ),
})
export type ItemConfiguration = z.output<typeof ItemConfiguration>

/** ISO 4217, upper case. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'Give a currency like EUR or USD.')
