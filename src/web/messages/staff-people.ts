import { de } from './de/staff-people.ts'
import { en } from './en/staff-people.ts'
import type { Catalogue } from './messages.ts'

/** Words of the pages about our own people: who they are, their roles, and what each permission means. */
export const staffPeopleMessages: Catalogue<typeof en> = { en, de }
