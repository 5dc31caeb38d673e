import { de } from './de/team.ts'
import { en } from './en/team.ts'
import type { Catalogue } from './messages.ts'

/** Words of sharing an account: the team, invitations, lent servers. */
export const teamMessages: Catalogue<typeof en> = { en, de }
