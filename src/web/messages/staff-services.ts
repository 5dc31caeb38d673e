import { de } from './de/staff-services.ts'
import { en } from './en/staff-services.ts'
import type { Catalogue } from './messages.ts'

/** Words of services, procedures and jobs as staff see them. */
export const staffServicesMessages: Catalogue<typeof en> = { en, de }
