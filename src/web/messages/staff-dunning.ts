import { de } from './de/staff-dunning.ts'
import { en } from './en/staff-dunning.ts'
import type { Catalogue } from './messages.ts'

/** Words of dunning: who is asked for money, with which step, and what comes next. */
export const staffDunningMessages: Catalogue<typeof en> = { en, de }
