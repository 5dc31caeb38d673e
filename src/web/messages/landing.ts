import { de } from './de/landing.ts'
import { en } from './en/landing.ts'
import type { Catalogue } from './messages.ts'

/** Words of the landing page. */
export const landingMessages: Catalogue<typeof en> = { en, de }
