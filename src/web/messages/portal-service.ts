import { de } from './de/portal-service.ts'
import { en } from './en/portal-service.ts'
import type { Catalogue } from './messages.ts'

/** Words of a server's page. */
export const portalServiceMessages: Catalogue<typeof en> = { en, de }
