import type { DisputeState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'

/** A charge the customer contests at their bank. */
export type Dispute = Schema['disputes']

/** The bank decides; whatever it says next is taken over, also when messages of steps between were lost. */
export const disputeMachine = stateMachine({
  noun: 'dispute',
  table: 'disputes',
  states: {
    warning: { contest: 'open', win: 'won', lose: 'lost', close: 'warning_closed' },
    open: { win: 'won', lose: 'lost', close: 'warning_closed' },
    // A decision may be taken further, and then be another.
    lost: { contest: 'open', win: 'won' },
    won: { contest: 'open', lose: 'lost' },
    warning_closed: { contest: 'open', win: 'won', lose: 'lost' },
  } satisfies Transitions<DisputeState>,
})

/** Whether the bank holds the money of a payment or has taken it for good: no refund may go out besides. */
export async function isContested(tx: Pick<Tx, 'db'>, paymentId: string): Promise<boolean> {
  const found = await tx.db
    .selectFrom('disputes')
    .select('id')
    .where('paymentId', '=', paymentId)
    .where('state', 'in', ['open', 'lost'])
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
