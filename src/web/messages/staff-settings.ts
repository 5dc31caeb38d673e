import { de } from './de/staff-settings.ts'
import { en } from './en/staff-settings.ts'
import type { Catalogue } from './messages.ts'

/** Words of the settings of the seller, for staff. */
export const staffSettingsMessages: Catalogue<typeof en> = { en, de }
