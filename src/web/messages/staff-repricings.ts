import { de } from './de/staff-repricings.ts'
import { en } from './en/staff-repricings.ts'
import type { Catalogue } from './messages.ts'

/** Words of new prices for existing customers. */
export const staffRepricingsMessages: Catalogue<typeof en> = { en, de }
