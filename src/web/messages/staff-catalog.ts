import { de } from './de/staff-catalog.ts'
import { en } from './en/staff-catalog.ts'
import type { Catalogue } from './messages.ts'

/** Words of the catalogue as staff see it. */
export const staffCatalogMessages: Catalogue<typeof en> = { en, de }
