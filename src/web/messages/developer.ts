import { de } from './de/developer.ts'
import { en } from './en/developer.ts'
import type { Catalogue } from './messages.ts'

/** Words of the developer tools. */
export const developerMessages: Catalogue<typeof en> = { en, de }
