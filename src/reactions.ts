import { fulfilOrder } from '#modules/orders/fulfil-order.ts'
import type { Job } from '#platform/queue.ts'
import type { Reactions } from '#platform/transaction.ts'

/** What a reaction is told: which event, and what it was about. */
export type Reaction = Job<{ eventId: string; subjectId: string }>

/** Event → jobs: everything that happens by itself after something happened. */
const table: Record<string, readonly Reaction[]> = {
  'invoice.paid': [fulfilOrder],
}

export const reactions: Reactions = ({ eventId, name, subjectId }) =>
  (table[name] ?? []).map((job) => ({ job: job as never, payload: { eventId, subjectId } }))
