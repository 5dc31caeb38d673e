import type { Collection, Store } from '#platform/simulation.ts'
import type { StripeEvent } from './stripe-simulator-memory.ts'
import { createOutbox, type Delivery, type Outbox } from './stripe-simulator-outbox.ts'
import { type Forgery, forge, signatureOf } from './stripe-simulator-signature.ts'

/** Delivers events as Stripe does: at least once, at the same time, in no order, again and again until 2xx. */

export type Webhooks = {
  /** Queues a new event; part of the change that caused it. */
  queue(event: StripeEvent): void
  deliveries(): Delivery[]
  /** Sends an event again now, as the Dashboard's Resend does, `times` times at once; retried like any other. */
  resend(eventId: string, times?: number): Promise<void>
  /** Sends an event altered or forged, once, and tells the endpoint's status (0: none). */
  send(eventId: string, how: { change?: (event: StripeEvent) => object; forgery?: Forgery }): Promise<number>
  /** Keeps everything back until `release`. */
  hold(): void
  /** Sends what was kept back, one after the other, in this order. */
  release(order?: 'created' | 'reversed'): Promise<void>
  /** Every later event is sent this many times, this much later. */
  misbehave(how: { copies?: number; delayMs?: number }): void
  /** Signs with these secrets from now on, one v1 each. */
  signWith(secrets: string[]): void
  /** Brings every waiting retry forward to now. */
  hurry(): void
  /** Resolves when nothing is due and nothing is on its way; a retry whose time has not come is not waited for. */
  settled(): Promise<void>
  close(): Promise<void>
}

type Options = {
  store: Store
  events: Collection<StripeEvent>
  url: string | undefined
  secret: string
  retryDelaysMs: number[]
  fetch: typeof fetch
  nowMs: () => number
}

const TIMEOUT_MS = 10_000
const AT_ONCE = 8
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Signs and posts one message; answers the endpoint's status, 0 when there was none. */
function createSender(options: Options, stopping: AbortSignal) {
  let secrets = [options.secret]

  async function post(body: string, signature: string | undefined): Promise<number> {
    if (!options.url) return 0
    try {
      const response = await options.fetch(options.url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          ...(signature === undefined ? {} : { 'stripe-signature': signature }),
        },
        redirect: 'manual',
        signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      // No answer is an outcome like any other here: it is recorded as status 0 and tried again.
      return 0
    }
  }

  return {
    send: (event: object, forgery?: Forgery): Promise<number> => {
      const body = JSON.stringify(event, null, 2)
      const timestamp = Math.floor(options.nowMs() / 1000)
      if (!forgery) return post(body, signatureOf(secrets, timestamp, body))
      const forged = forge(forgery, secrets, timestamp, body)
      return post(forged.body, forged.signature)
    },
    signWith: (next: string[]): void => {
      secrets = next
    },
  }
}

/** Sends what is due, when it is due, several at once. */
function createLoop(input: { outbox: Outbox; attempt: (delivery: Delivery) => Promise<void>; stopping: AbortSignal }) {
  const { outbox, stopping } = input
  const flying = new Map<string, Promise<void>>()
  let waiters: (() => void)[] = []
  let held = false
  let timer: NodeJS.Timeout | undefined

  const waiting = (): Delivery[] => outbox.pending().filter((each) => !flying.has(each.id))

  function fly(delivery: Delivery): Promise<void> {
    const flight = input.attempt(delivery).finally(() => {
      flying.delete(delivery.id)
      wake()
    })
    flying.set(delivery.id, flight)
    return flight
  }

  function finish(): void {
    const done = waiters
    waiters = []
    for (const waiter of done) waiter()
  }

  function wake(): void {
    clearTimeout(timer)
    if (stopping.aborted) return finish()
    const queued = held ? [] : waiting()
    const due = queued.filter((each) => each.dueMs <= Date.now())
    for (const delivery of due.slice(0, Math.max(0, AT_ONCE - flying.size))) void fly(delivery)
    if (flying.size === 0) finish()
    const next = Math.min(...queued.filter((each) => !due.includes(each)).map((each) => each.dueMs))
    if (Number.isFinite(next)) timer = setTimeout(wake, Math.min(Math.max(1, next - Date.now()), LONGEST_TIMER_MS))
  }

  return {
    fly,
    wake,
    /** After the change under way is saved. */
    wakeLater: (): void => {
      setImmediate(wake)
    },
    hold: (): void => {
      held = true
    },
    release: async (order: 'created' | 'reversed'): Promise<void> => {
      const kept = waiting()
      for (const delivery of order === 'reversed' ? kept.toReversed() : kept) await fly(delivery)
      held = false
      wake()
    },
    settled: (): Promise<void> =>
      new Promise((done) => {
        waiters.push(done)
        wake()
      }),
    stop: async (): Promise<void> => {
      clearTimeout(timer)
      await Promise.allSettled(flying.values())
      finish()
    },
  }
}

export function createWebhooks(options: Options): Webhooks {
  const { events, url } = options
  const stopping = new AbortController()
  const outbox = createOutbox(options)
  const sender = createSender(options, stopping.signal)
  let habits = { copies: 1, delayMs: 0 }

  async function attempt(delivery: Delivery): Promise<void> {
    const event = events.get(delivery.eventId)
    if (!event) return
    const status = await sender.send(event)
    // A delivery cut short by our own end stays pending: the next start goes on with it.
    if (!stopping.signal.aborted) outbox.record(delivery, status)
  }
  const loop = createLoop({ outbox, attempt, stopping: stopping.signal })

  function known(eventId: string): StripeEvent {
    const event = events.get(eventId)
    if (!event) throw new Error(`there is no event ${eventId}`)
    return event
  }

  if (url) loop.wakeLater()
  return {
    queue: (event) => {
      if (!url) return
      outbox.add(event.id, habits.copies, Date.now() + habits.delayMs)
      loop.wakeLater()
    },
    deliveries: () => outbox.all(),
    resend: async (eventId, times = 1) => {
      await Promise.all(outbox.add(known(eventId).id, times, Date.now()).map((each) => loop.fly(each)))
    },
    send: (eventId, { change, forgery }) => {
      const event = structuredClone(known(eventId))
      return sender.send(change ? change(event) : event, forgery)
    },
    hold: () => {
      loop.hold()
    },
    release: (order = 'created') => loop.release(order),
    misbehave: ({ copies = 1, delayMs = 0 }) => {
      habits = { copies, delayMs }
    },
    signWith: (secrets) => {
      sender.signWith(secrets)
    },
    hurry: () => {
      outbox.hurry()
      loop.wake()
    },
    settled: () => (url ? loop.settled() : Promise.resolve()),
    close: () => {
      stopping.abort()
      return loop.stop()
    },
  }
}
