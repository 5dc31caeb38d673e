import { z } from 'zod'
import { reaction } from './notify-of-event.ts'
import type { TemplateName } from './templates.ts'

const After = z.object({ userTokenId: z.string() })

/** Writes to one of the two addresses of a change of address, which the link knows. */
const emailNotice = (name: string, template: TemplateName, address: 'email' | 'fromEmail') =>
  reaction(name, async (app, event) => {
    const token = await app.db
      .selectFrom('userTokens')
      .innerJoin('users', 'users.id', 'userTokens.userId')
      .select(['userTokens.id', 'userTokens.email', 'userTokens.fromEmail', 'users.locale'])
      .where('userTokens.id', '=', After.parse(event.after).userTokenId)
      .executeTakeFirstOrThrow()
    const recipient = token[address]
    if (recipient === null) return undefined
    return { template, recipient, locale: token.locale, customerId: event.customerId, subjectId: token.id }
  })

/** `user.email_change_requested` → the link, to the address that is wanted. */
export const notifyUserEmailChangeRequested = emailNotice('notify-user-email-change-requested', 'change-email', 'email')
/** `user.email_changed` → the old address hears of it, so that a stranger's change does not go unseen. */
export const notifyUserEmailChanged = emailNotice('notify-user-email-changed', 'email-changed', 'fromEmail')
