import { de } from './de/procedures.ts'
import { en } from './en/procedures.ts'
import type { Catalogue } from './messages.ts'

/** Procedures and their steps by the names they are stored under. */
export const proceduresMessages: Catalogue<typeof en> = { en, de }
