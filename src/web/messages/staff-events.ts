import { de } from './de/staff-events.ts'
import { en } from './en/staff-events.ts'
import type { Catalogue } from './messages.ts'

/** What happened, by the names of events. */
export const staffEventsMessages: Catalogue<typeof en> = { en, de }
