import { de } from './de/subscriptions.ts'
import { en } from './en/subscriptions.ts'
import type { Catalogue } from './messages.ts'

/** Words of subscriptions: what is agreed, changed and ended. */
export const subscriptionMessages: Catalogue<typeof en> = { en, de }
