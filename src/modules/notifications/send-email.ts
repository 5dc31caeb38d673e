import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { transition } from '#platform/state-machine.ts'
import { type Notification, notificationMachine } from './notification.ts'
import { getNotification, lockNotification } from './notifications-queries.ts'
import { renderMail } from './render-mail.ts'

const actor = system('notifications')

/**
 * Hands one notification to the mail server. Should this be done twice, both copies carry the same Message-ID, by which
 * mailboxes drop the second. A refusal for good is recorded; anything else is tried again.
 */
export const sendEmail = job({
  name: 'notifications.send-email',
  queue: 'notifications',
  payload: z.object({ notificationId: z.string() }),
  async run(app, { notificationId }) {
    const notification = await getNotification(app, actor, notificationId)
    if (notification.state !== 'queued') return
    const mail = await renderMail(app, notification)
    const outcome = await app.mailer.send(mail).catch((error: unknown) => {
      if (isProblem(error) && error.code === 'mail_refused') return { refusedAs: error.message }
      throw error
    })
    await record(app, notification.id, outcome)
  },
})

const record = (app: App, id: string, outcome: { acceptedAs: string } | { refusedAs: string }): Promise<void> =>
  app.transaction(actor, async (tx) => {
    const current = await lockNotification(tx, id)
    if (current.state !== 'queued') return
    const row = { id, state: current.state, ...customerOf(current) }
    await ('acceptedAs' in outcome
      ? transition(tx, notificationMachine, row, 'send', { acceptedAs: outcome.acceptedAs, sentAt: tx.now })
      : transition(tx, notificationMachine, row, 'fail', { error: outcome.refusedAs }))
  })

const customerOf = ({ customerId }: Notification) => (customerId ? { customerId } : {})
