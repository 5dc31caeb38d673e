import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { OrderState, Schema } from '#platform/schema.ts'

export type Order = Schema['orders']
export type OrderItem = Schema['orderItems']

export const orderMachine = stateMachine({
  noun: 'order',
  table: 'orders',
  states: {
    pending: { fulfil: 'active', cancel: 'cancelled' },
    active: {},
    cancelled: {},
  } satisfies Transitions<OrderState>,
})

/** How long an order waits for a card. */
export const ORDER_HOURS = 24
