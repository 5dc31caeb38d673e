import { de } from './de/terms.ts'
import { en } from './en/terms.ts'
import type { Catalogue } from './messages.ts'

/** The terms of service. */
export const termsMessages: Catalogue<typeof en> = { en, de }
