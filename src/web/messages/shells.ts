import { de } from './de/shells.ts'
import { en } from './en/shells.ts'
import type { Catalogue } from './messages.ts'

/** Words of the frames around pages: bars, rails, footers. */
export const shellMessages: Catalogue<typeof en> = { en, de }
