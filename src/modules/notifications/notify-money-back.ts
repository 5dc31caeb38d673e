import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { ADMIN } from '#modules/accounts/permissions.ts'
import { system } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { type Job, job } from '#platform/queue.ts'
import { notify } from './notify.ts'
import { customerNotice, EventPayload, reaction } from './notify-of-event.ts'
import type { TemplateName } from './templates.ts'

/** `refund.succeeded` → that money goes back. */
export const notifyRefundMade = customerNotice('notify-refund-made', () => 'refund-made')
/** `credit_note.numbered` → the document. */
export const notifyCreditNote = customerNotice('notify-credit-note', () => 'credit-note')

const Before = z.object({ state: z.string() })

/** `refund.failed` → to the customer, when they were told before that the money goes back. */
export const notifyRefundReturned = reaction('notify-refund-returned', async (app, event) => {
  if (Before.parse(event.before).state !== 'succeeded' || event.customerId === null) return undefined
  const customer = await app.db
    .selectFrom('customers')
    .select(['email', 'locale'])
    .where('id', '=', event.customerId)
    .executeTakeFirstOrThrow()
  const { customerId, subjectId } = event
  return { template: 'refund-returned', recipient: customer.email, locale: customer.locale, customerId, subjectId }
})

/** `refund.failed` → to colleagues who may do something about it. */
export const notifyStaffRefundFailed = staffNotice('notify-staff-refund-failed', 'staff-refund-failed')
/** `refund.needs_person` → the same. */
export const notifyStaffRefundUnknown = staffNotice('notify-staff-refund-unknown', 'staff-refund-unknown')
/** `dispute.open`, `dispute.warning` → the same. */
export const notifyStaffDispute = staffNotice('notify-staff-dispute', 'staff-dispute')

/** `proof_run.red` → the same, when it found what no proof before it had. */
export const notifyStaffProof = job({
  name: 'notifications.notify-staff-proof',
  queue: 'notifications',
  payload: EventPayload,
  async run(app, { eventId, subjectId }) {
    const { newFindings } = await app.db
      .selectFrom('proofRuns')
      .select('newFindings')
      .where('id', '=', subjectId)
      .executeTakeFirstOrThrow()
    if (newFindings > 0) await tellRefunders(app, { eventId, subjectId, template: 'staff-proof' })
  },
})

/** A reaction that writes to every colleague whose role lets them refund. */
function staffNotice(name: string, template: TemplateName): Job<EventPayload> {
  return job({
    name: `notifications.${name}`,
    queue: 'notifications',
    payload: EventPayload,
    async run(app, { eventId, subjectId }) {
      await tellRefunders(app, { eventId, subjectId, template })
    },
  })
}

async function tellRefunders(
  app: App,
  notice: { eventId: string; subjectId: string; template: TemplateName },
): Promise<void> {
  const colleagues = await listRefunders(app)
  await app.transaction(system('notifications'), async (tx) => {
    for (const { email: recipient, locale } of colleagues)
      await notify(tx, { ...notice, recipient, locale, customerId: null })
  })
}

const listRefunders = (app: App): Promise<{ email: string; locale: Locale }[]> =>
  app.db
    .selectFrom('users')
    .innerJoin('staffRoles', 'staffRoles.id', 'users.staffRole')
    .select(['users.email', 'users.locale'])
    .where('users.staffEndedAt', 'is', null)
    .where('users.emailVerifiedAt', 'is not', null)
    .where((where) =>
      where.or([where('staffRoles.id', '=', ADMIN), sql<boolean>`'payment.refund' = any(staff_roles.permissions)`]),
    )
    .orderBy('users.id')
    .execute()
