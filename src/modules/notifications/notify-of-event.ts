import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import { type Notice, notify } from './notify.ts'
import type { TemplateName } from './templates.ts'

/** What a reaction is told: which event, and what it was about. */
export const EventPayload = z.object({ eventId: z.string(), subjectId: z.string() })
export type EventPayload = z.output<typeof EventPayload>

type Event = Selectable<Schema['events']>
const actor = system('notifications')

/** A reaction that writes one mail to the owner of the customer whom the event is about. */
export const customerNotice = (
  name: string,
  templateOf: (event: Event) => TemplateName | undefined,
): Job<EventPayload> =>
  reaction(name, async (app, event) => {
    const template = templateOf(event)
    if (!template || !event.customerId) return undefined
    const customer = await app.db
      .selectFrom('customers')
      .select(['email', 'locale'])
      .where('id', '=', event.customerId)
      .executeTakeFirstOrThrow()
    return {
      template,
      recipient: customer.email,
      locale: customer.locale,
      customerId: event.customerId,
      subjectId: event.subjectId,
    }
  })

/** The same, for many events of a kind at once: a night tells thousands of customers. */
export const customerNotices = (
  name: string,
  templateOf: (event: Pick<Event, 'after'>) => TemplateName | undefined,
): Job<{ events: EventPayload[] }> =>
  job({
    name: `notifications.${name}`,
    queue: 'notifications',
    payload: z.object({ events: z.array(EventPayload) }),
    async run(app, { events }) {
      const told = await app.db
        .selectFrom('events as e')
        .innerJoin('customers as c', 'c.id', 'e.customerId')
        .select(['e.id as eventId', 'e.subjectId', 'e.after', 'c.id as customerId', 'c.email as recipient', 'c.locale'])
        .where(
          'e.id',
          'in',
          events.map(({ eventId }) => eventId),
        )
        .execute()
      const notices = told.flatMap(({ after, ...rest }): Notice[] => {
        const template = templateOf({ after })
        return template ? [{ ...rest, template }] : []
      })
      await app.transaction(actor, (tx) => notify(tx, ...notices))
    },
  })

/** What an event about a user may carry: the link that was made for them. */
const UserAfter = z.object({ userTokenId: z.string().optional() }).nullable()

/** A reaction that writes one mail to the user the event is about; its subject is their link, if there is one. */
export const userNotice = (name: string, template: TemplateName): Job<EventPayload> =>
  reaction(name, async (app, event) => {
    const user = await app.db
      .selectFrom('users')
      .select(['id', 'email', 'locale'])
      .where('id', '=', event.subjectId)
      .executeTakeFirstOrThrow()
    const token = UserAfter.parse(event.after)?.userTokenId
    return {
      template,
      recipient: user.email,
      locale: user.locale,
      customerId: event.customerId,
      subjectId: token ?? user.id,
    }
  })

/** A reaction that writes the mail it is told to, if any. */
export const reaction = (
  name: string,
  noticeOf: (app: App, event: Event) => Promise<Omit<Notice, 'eventId'> | undefined>,
): Job<EventPayload> =>
  job({
    name: `notifications.${name}`,
    queue: 'notifications',
    payload: EventPayload,
    async run(app, { eventId }) {
      const event = await app.db.selectFrom('events').selectAll().where('id', '=', eventId).executeTakeFirstOrThrow()
      const notice = await noticeOf(app, event)
      if (notice) await app.transaction(actor, (tx) => notify(tx, { eventId, ...notice }))
    },
  })
