import { de } from './de/buy.ts'
import { en } from './en/buy.ts'
import type { Catalogue } from './messages.ts'

/** Words of the way from a plan to an order: configure, cart, checkout. */
export const buyMessages: Catalogue<typeof en> = { en, de }
