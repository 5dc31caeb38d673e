import { de } from './de/adoption.ts'
import { en } from './en/adoption.ts'
import type { Catalogue } from './messages.ts'

/** Words of subscriptions that run at Stripe. */
export const adoptionMessages: Catalogue<typeof en> = { en, de }
