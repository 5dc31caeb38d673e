import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { IntervalUnit, Schema, SubscriptionState } from '#platform/schema.ts'

/** The agreement that renews. */
export type Subscription = Schema['subscriptions']

export const subscriptionMachine = stateMachine({
  noun: 'subscription',
  table: 'subscriptions',
  states: {
    active: { fallDue: 'past_due', cancel: 'cancelled' },
    past_due: { catchUp: 'active', cancel: 'cancelled' },
    cancelled: {},
  } satisfies Transitions<SubscriptionState>,
})

/** The end of a period that does not end: what is paid once stays. */
export const NEVER = Temporal.PlainDate.from('9999-12-31')

/**
 * The start of period `index` (0 is the first), counted from the anchor and never from the period before, so that an
 * anchor on the 31st gives 28 February and then 31 March. Dates are of the seller's time zone; periods are half-open.
 */
export function periodStart(
  anchor: Temporal.PlainDate,
  unit: IntervalUnit,
  count: number,
  index: number,
): Temporal.PlainDate {
  const steps = count * index
  switch (unit) {
    case 'day':
      return anchor.add({ days: steps })
    case 'week':
      return anchor.add({ weeks: steps })
    case 'month':
      return anchor.add({ months: steps })
    case 'year':
      return anchor.add({ years: steps })
    case 'once':
      return index === 0 ? anchor : NEVER
  }
}
