const ed25519 = (fields: Buffer[]): boolean => fields[1]?.length === 32
const curve =
  (name: string, pointBytes: number) =>
  (fields: Buffer[]): boolean =>
    fields[1]?.toString('latin1') === name && fields[2]?.length === pointBytes

/** The kinds of keys that are taken: how many fields each has, its name included, and what must stand in them. */
const KINDS = new Map<string, { fields: number; isWhole: (fields: Buffer[]) => boolean }>([
  ['ssh-ed25519', { fields: 2, isWhole: ed25519 }],
  ['ssh-rsa', { fields: 3, isWhole: () => true }],
  ['ecdsa-sha2-nistp256', { fields: 3, isWhole: curve('nistp256', 65) }],
  ['ecdsa-sha2-nistp384', { fields: 3, isWhole: curve('nistp384', 97) }],
  ['ecdsa-sha2-nistp521', { fields: 3, isWhole: curve('nistp521', 133) }],
  ['sk-ssh-ed25519@openssh.com', { fields: 3, isWhole: ed25519 }],
  ['sk-ecdsa-sha2-nistp256@openssh.com', { fields: 4, isWhole: curve('nistp256', 65) }],
])
const MAX_LENGTH = 8_192
const MIN_RSA_BITS = 2_048

export type SshKeyFault = 'private' | 'several' | 'kind' | 'body' | 'weak' | 'long'

/**
 * Checks that a text is one public SSH key (RFC 4253 section 6.6, OpenSSH's one-line form) and gives it tidied, or says
 * which part is wrong. The text itself is never repeated, as it may be a private key pasted by mistake.
 */
export function parseSshKey(text: string): { ok: true; key: string } | { ok: false; fault: SshKeyFault } {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) return { ok: false, fault: 'long' }
  if (/PRIVATE KEY|PuTTY-User-Key-File/i.test(trimmed)) return { ok: false, fault: 'private' }
  if (/(?!\t)\p{Cc}/u.test(trimmed)) return { ok: false, fault: 'several' }
  const [kind = '', body = '', ...comment] = trimmed.split(/\s+/)
  const known = KINDS.get(kind)
  if (!known) return { ok: false, fault: 'kind' }
  const bytes = Buffer.from(body, 'base64')
  // OpenSSH takes no other spelling of the same bytes.
  const fields = bytes.toString('base64') === body ? readFields(bytes) : undefined
  if (!fields || fields[0]?.toString('latin1') !== kind) return { ok: false, fault: 'body' }
  if (fields.length !== known.fields || !known.isWhole(fields)) return { ok: false, fault: 'body' }
  if (kind === 'ssh-rsa' && bitsOf(fields[2]!) < MIN_RSA_BITS) return { ok: false, fault: 'weak' }
  return { ok: true, key: [kind, body, ...comment].join(' ') }
}

/** The length-prefixed strings a key is made of; undefined when they do not fill it exactly. */
function readFields(bytes: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = []
  let at = 0
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32BE(at)
    if (at + 4 + length > bytes.length) return undefined
    fields.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return at === bytes.length ? fields : undefined
}

/** How long a number is, without the zeros before it. */
const bitsOf = (bytes: Buffer): number => BigInt(`0x0${bytes.toString('hex')}`).toString(2).length
