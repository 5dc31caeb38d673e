import { isIP } from 'node:net'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import { lineField } from './user.ts'

/** A key pair in somebody's device or password manager, of which we hold the public half. */
export type Passkey = Omit<Schema['passkeys'], 'credentialId' | 'publicKey' | 'counter'>

export const PASSKEY_COLUMNS = [
  'passkeys.id',
  'passkeys.userId',
  'passkeys.transports',
  'passkeys.backedUp',
  'passkeys.aaguid',
  'passkeys.name',
  'passkeys.createdAt',
  'passkeys.lastUsedAt',
] as const satisfies readonly `passkeys.${keyof Passkey}`[]

export const PASSKEYS_PER_USER = 20
export const PASSKEY_NAME_MAX = 100

export const PasskeyNameField = lineField(PASSKEY_NAME_MAX, 'Please give the passkey a name.')

const Text = z
  .string()
  .max(12_000)
  .regex(/^[\w-]+={0,2}$/)
const Credential = z.object({
  id: Text,
  rawId: Text,
  type: z.literal('public-key'),
  // Extensions are not asked for, so none is listened to.
  clientExtensionResults: z.unknown().transform(() => ({})),
})

/** What a browser gives for a new passkey: a PublicKeyCredential as JSON. */
export const NewPasskeyAnswer = Credential.extend({
  response: z.object({
    clientDataJSON: Text,
    attestationObject: Text,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
  }),
})
export type NewPasskeyAnswer = z.output<typeof NewPasskeyAnswer>

/** What a browser gives for the use of a passkey. */
export const PasskeyAnswer = Credential.extend({
  response: z.object({
    clientDataJSON: Text,
    authenticatorData: Text,
    signature: Text,
    userHandle: Text.nullish(),
  }),
})
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>

/** What passkeys are bound to: the host people see, and the exact origin their browser must name. */
export type RelyingParty = { id: string; origin: string; name: string }

/**
 * Who we are to passkeys, by PUBLIC_URL alone; undefined where browsers know none: at an IP address, and without https
 * anywhere but on this very machine.
 */
export function findRelyingParty(config: Pick<App['config'], 'publicUrl'>): RelyingParty | undefined {
  const { hostname, origin, protocol } = new URL(config.publicUrl)
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return undefined
  const local = hostname === 'localhost' || hostname.endsWith('.localhost')
  return protocol === 'https:' || local ? { id: hostname, origin, name: 'EZ Solutions' } : undefined
}

/** The same. Throws `passkeys_unavailable`. */
export function getRelyingParty(config: Pick<App['config'], 'publicUrl'>): RelyingParty {
  const party = findRelyingParty(config)
  if (party) return party
  throw new Problem('unavailable', 'passkeys_unavailable', 'Passkeys need a host name and https; this address has not.')
}

/** For every answer that proves nothing: nobody learns whether key, signature, address or owner was wrong. */
export const passkeyRefused = (): Problem =>
  new Problem(
    'unauthenticated',
    'passkey_refused',
    'This passkey does not open this account, or did not prove it is you.',
  )

/** For answers that came too late or a second time. */
export const passkeyOver = (): Problem =>
  new Problem('unauthenticated', 'passkey_over', 'This took too long. Please try again.')

export const noPasskey = (): Problem => new Problem('not_found', 'passkey_not_found', 'There is no such passkey.')
