import { reaction } from './notify-of-event.ts'

/** `invitation.pending` → the mail that asks, in the language of its reader where we know them, else of who invites. */
export const notifyInvitationPending = reaction('notify-invitation-pending', async (app, { subjectId }) => {
  const asked = await app.db
    .selectFrom('invitations as i')
    .innerJoin('users as inviter', 'inviter.id', 'i.invitedBy')
    .leftJoin('users as invited', 'invited.email', 'i.email')
    .select(['i.email', 'i.customerId', 'i.state', 'inviter.locale', 'invited.locale as own'])
    .where('i.id', '=', subjectId)
    .executeTakeFirstOrThrow()
  // Taken back or answered before the mail was written.
  if (asked.state !== 'pending') return undefined
  const { email, customerId, own, locale } = asked
  return { template: 'invitation', recipient: email, locale: own ?? locale, customerId, subjectId }
})
