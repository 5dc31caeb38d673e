import { de } from './de/placed.ts'
import { en } from './en/placed.ts'
import type { Catalogue } from './messages.ts'

/** Words of the page that follows an order until its servers answer. */
export const placedMessages: Catalogue<typeof en> = { en, de }
