import type { Collection, Store } from '#platform/simulation.ts'
import type { StripeEvent } from './stripe-simulator-memory.ts'

/** One event on its way to the endpoint. `dueMs` is the machine's clock. */
export type Delivery = {
  id: string
  eventId: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  dueMs: number
  lastStatus: number | undefined
}

/** What has to be delivered, kept so that it goes on after a crash. */
export type Outbox = {
  add(eventId: string, copies: number, dueMs: number): Delivery[]
  all(): Delivery[]
  pending(): Delivery[]
  /** Notes an answer (0: none): done with 2xx, else due again later, else given up. */
  record(delivery: Delivery, status: number): void
  /** Makes everything that waits due now. */
  hurry(): void
}

/** As long as Stripe itself goes on trying. */
const GIVE_UP_MS = 3 * 86_400_000

const idOf = (eventId: string, copy: number): string => `${eventId}.${copy}`

function deliveriesOf(deliveries: Collection<Delivery>, eventId: string): Delivery[] {
  const found: Delivery[] = []
  for (let copy = 0; ; copy += 1) {
    const delivery = deliveries.get(idOf(eventId, copy))
    if (!delivery) return found
    found.push(delivery)
  }
}

export function createOutbox(options: {
  store: Store
  events: Collection<StripeEvent>
  retryDelaysMs: number[]
  nowMs: () => number
}): Outbox {
  const { store, events, retryDelaysMs } = options
  const deliveries = store.collection<Delivery>('deliveries')
  const open = deliveries.values().filter((each) => each.state === 'pending')
  // Without this list every look at what is due would walk through all that was ever delivered.
  const pending = new Set(open.map((each) => each.id))
  /** How many deliveries an event still lacks: those under way, or one given up and never made up for. */
  function refreshPending(eventId: string): void {
    const states = deliveriesOf(deliveries, eventId).map((each) => each.state)
    const waiting = states.filter((state) => state === 'pending').length
    const lost = states.includes('failed') && !states.includes('delivered') ? 1 : 0
    const event = events.get(eventId)
    if (event) events.set(eventId, { ...event, pending_webhooks: waiting || lost })
  }

  /** When to try again after this many tries, or undefined when it is no use any more. */
  function nextDelay(eventId: string, attempts: number): number | undefined {
    const created = (events.get(eventId)?.created ?? 0) * 1000
    if (options.nowMs() - created > GIVE_UP_MS) return undefined
    return retryDelaysMs[Math.min(attempts, retryDelaysMs.length) - 1]
  }

  const current = (): Delivery[] => [...pending].flatMap((id) => deliveries.get(id) ?? [])

  return {
    add: (eventId, copies, dueMs) =>
      store.atomically(() => {
        const first = deliveriesOf(deliveries, eventId).length
        const added = Array.from({ length: copies }, (_, copy): Delivery => {
          const id = idOf(eventId, first + copy)
          return { id, eventId, state: 'pending', attempts: 0, dueMs, lastStatus: undefined }
        })
        for (const delivery of added) {
          deliveries.set(delivery.id, delivery)
          pending.add(delivery.id)
        }
        refreshPending(eventId)
        return added
      }),
    all: () => deliveries.values(),
    pending: current,
    record: (delivery, status) => {
      const attempts = delivery.attempts + 1
      const delay = nextDelay(delivery.eventId, attempts)
      const done = status >= 200 && status < 300
      const state = done ? 'delivered' : delay === undefined ? 'failed' : 'pending'
      const dueMs = Date.now() + (delay ?? 0)
      store.atomically(() => {
        deliveries.set(delivery.id, { ...delivery, attempts, state, dueMs, lastStatus: status })
        if (state !== 'pending') pending.delete(delivery.id)
        refreshPending(delivery.eventId)
      })
    },
    hurry: () => {
      for (const delivery of current()) deliveries.set(delivery.id, { ...delivery, dueMs: Date.now() })
    },
  }
}
