import { de } from './de/why.ts'
import { en } from './en/why.ts'
import type { Catalogue } from './messages.ts'

/** Words of the page that explains why somebody was charged. */
export const whyMessages: Catalogue<typeof en> = { en, de }
