import { de } from './de/acting.ts'
import { en } from './en/acting.ts'
import type { Catalogue } from './messages.ts'

/** Words of looking at pages as a customer does. */
export const actingMessages: Catalogue<typeof en> = { en, de }
