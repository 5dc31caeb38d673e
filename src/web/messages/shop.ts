import { de } from './de/shop.ts'
import { en } from './en/shop.ts'
import type { Catalogue } from './messages.ts'

/** Words of the pages that show what is for sale. */
export const shopMessages: Catalogue<typeof en> = { en, de }
