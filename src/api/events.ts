import type { FedEvent } from '#platform/event-feed.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { Problem } from '#platform/problem.ts'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import type { Caller } from './authenticate.ts'
import { endWithRights } from './end-streams.ts'
import { route } from './route.ts'

const HEARTBEAT_MS = 15_000
/** A stream ends after this and the client comes back, so that a revoked token is not listened to for long. */
const LIFE_MS = 10 * 60_000
const RETRY_MS = 2_000
/** What a slow reader may leave unread before it is sent away to come back. */
const UNREAD_MAX = 1_000
const STREAMS_PER_USER = 30

const streams = new Map<string, number>()

export const followEvents = route({
  method: 'get',
  path: '/events',
  operationId: 'followEvents',
  tag: 'Events',
  summary: 'Hear what happens, as server-sent events',
  description:
    'Each message names an event and what it is about, as JSON: `{"name":"service.active","subjectId":"svc_…","createdAt":"…"}`. ' +
    'Read the subject for its present state. A client that sends `Last-Event-ID` hears what it missed.',
  success: { status: 200, description: 'A stream that goes on.', media: 'text/event-stream' },
  problems: ['too_many_streams', 'unavailable'],
  async run({ app, caller, request, headers, stopping }) {
    if (stopping.aborted)
      throw new Problem('unavailable', 'unavailable', 'We are restarting. Please come back in a moment.')
    headers.set('content-type', 'text/event-stream')
    headers.set('x-accel-buffering', 'no')
    if (request.method === 'HEAD') return new Response(null, { headers })
    return new Response(openStream(app, caller, cursorOf(request), stopping), { headers })
  },
})

/** Where to go on after a break, as an earlier message named it. */
const cursorOf = (request: Request): string | undefined =>
  /^\d{1,19}-\d{1,18}$/.exec(request.headers.get('last-event-id') ?? '')?.[0]

function openStream(app: App, caller: Caller, cursor: string | undefined, stopping: AbortSignal): ReadableStream {
  const { actor } = caller
  const leave = enter(app, actor)
  let tidy = (): void => undefined
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const encoder = new TextEncoder()
        let open = true
        const end = (): void => {
          if (!open) return
          tidy()
          controller.close()
        }
        const write = (text: string): void => {
          if (!open) return
          if ((controller.desiredSize ?? 0) < -UNREAD_MAX) end()
          else controller.enqueue(encoder.encode(text))
        }
        write(`retry: ${RETRY_MS}\n\n`)
        const heartbeat = setInterval(() => {
          write(': still here\n\n')
        }, HEARTBEAT_MS)
        const life = setTimeout(end, LIFE_MS)
        stopping.addEventListener('abort', end)
        const whose = actor.kind === 'user' ? { customerId: actor.customerId } : {}
        const unfollow = app.events.follow({ ...whose, ...(cursor === undefined ? {} : { cursor }) }, (event) => {
          if (mayHear(actor, event)) write(messageOf(event))
        })
        const unwatch = endWithRights(
          app,
          { actor, tokenId: caller.kind === 'token' ? caller.tokenId : undefined },
          end,
        )
        tidy = () => {
          open = false
          clearInterval(heartbeat)
          clearTimeout(life)
          stopping.removeEventListener('abort', end)
          unfollow()
          unwatch()
          leave()
        }
      },
      cancel() {
        tidy()
      },
    },
    { highWaterMark: 0 },
  )
}

const mayHear = (actor: Actor, { subjectId }: FedEvent): boolean =>
  mayDo(actor, 'event.read') || (actor.kind === 'user' && actor.lent?.has(subjectId) === true)

/** Names and ids only: whoever may read the subject reads it by itself. */
const messageOf = ({ name, subjectId, createdAt, cursor }: FedEvent): string =>
  `id: ${cursor}\ndata: ${JSON.stringify({ name, subjectId, createdAt })}\n\n`

/** Counts a stream in; the answer counts it out. Throws `too_many_streams`. */
function enter(app: App, actor: Actor): () => void {
  const key = actor.kind === 'user' || actor.kind === 'staff' ? actor.userId : actor.kind
  const open = streams.get(key) ?? 0
  if (open >= STREAMS_PER_USER)
    throw new Problem('rate_limited', 'too_many_streams', 'Too many streams of events are open. Close some first.')
  streams.set(key, open + 1)
  app.metrics.eventStreams.inc()
  return () => {
    const left = (streams.get(key) ?? 1) - 1
    if (left > 0) streams.set(key, left)
    else streams.delete(key)
    app.metrics.eventStreams.dec()
  }
}
