import { de } from './de/kit.ts'
import { en } from './en/kit.ts'
import type { Catalogue } from './messages.ts'

/** Words of the parts that every surface shares. */
export const kitMessages: Catalogue<typeof en> = { en, de }
