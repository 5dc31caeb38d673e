import { createHash } from 'node:crypto'

/** What is sent ahead of a verifier (RFC 7636, section 4.2, S256). */
export const pkceChallenge = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
