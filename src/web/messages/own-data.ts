import { de } from './de/own-data.ts'
import { en } from './en/own-data.ts'
import type { Catalogue } from './messages.ts'

/** Words about taking one's data along and closing the account. */
export const ownDataMessages: Catalogue<typeof en> = { en, de }
