import { de } from './de/portal.ts'
import { en } from './en/portal.ts'
import type { Catalogue } from './messages.ts'

/** Words of the portal's home and lists. */
export const portalMessages: Catalogue<typeof en> = { en, de }
