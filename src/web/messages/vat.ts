import { de } from './de/vat.ts'
import { en } from './en/vat.ts'
import type { Catalogue } from './messages.ts'

/** Words about the proof of a VAT number. */
export const vatMessages: Catalogue<typeof en> = { en, de }
