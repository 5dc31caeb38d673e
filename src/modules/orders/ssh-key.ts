const KINDS = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
])
const MAX_LENGTH = 8_192
const MIN_RSA_BYTES = 256 // 2048 bits.

export type SshKeyFault = 'private' | 'several' | 'kind' | 'body' | 'weak' | 'long'

/**
 * Checks that a text is one public SSH key (RFC 4253 section 6.6, OpenSSH's one-line form) and gives it tidied, or says
 * which part is wrong. The text itself is never repeated, as it may be a private key pasted by mistake.
 */
export function parseSshKey(text: string): { ok: true; key: string } | { ok: false; fault: SshKeyFault } {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) return { ok: false, fault: 'long' }
  if (/PRIVATE KEY|PuTTY-User-Key-File/i.test(trimmed)) return { ok: false, fault: 'private' }
  if (/[\r\n]/.test(trimmed)) return { ok: false, fault: 'several' }
  const [kind = '', body = '', ...comment] = trimmed.split(/\s+/)
  if (!KINDS.has(kind)) return { ok: false, fault: 'kind' }
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(body) ? Buffer.from(body, 'base64') : Buffer.alloc(0)
  const fields = readFields(bytes)
  if (!fields || fields[0]?.toString('latin1') !== kind) return { ok: false, fault: 'body' }
  if (kind === 'ssh-ed25519' && fields[1]?.length !== 32) return { ok: false, fault: 'body' }
  if (kind === 'ssh-rsa' && (fields[2]?.length ?? 0) < MIN_RSA_BYTES) return { ok: false, fault: 'weak' }
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
  return at === bytes.length && fields.length >= 2 ? fields : undefined
}
