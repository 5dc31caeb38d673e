import { de } from './de/approvals.ts'
import { en } from './en/approvals.ts'
import type { Catalogue } from './messages.ts'

/** Words of what needs a second colleague. */
export const approvalsMessages: Catalogue<typeof en> = { en, de }
