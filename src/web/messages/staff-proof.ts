import { de } from './de/staff-proof.ts'
import { en } from './en/staff-proof.ts'
import type { Catalogue } from './messages.ts'

/** Words of the proof of money. */
export const staffProofMessages: Catalogue<typeof en> = { en, de }
