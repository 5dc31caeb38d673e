import { de } from './de/tax.ts'
import { en } from './en/tax.ts'
import type { Catalogue } from './messages.ts'

/** Words of tax rules, for staff. */
export const taxMessages: Catalogue<typeof en> = { en, de }
