import { de } from './de/quotes.ts'
import { en } from './en/quotes.ts'
import type { Catalogue } from './messages.ts'

/** Words of the lists of quotes. */
export const quotesMessages: Catalogue<typeof en> = { en, de }
