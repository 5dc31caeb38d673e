import { customerNotice } from './notify-of-event.ts'

/** `order.pending` → we received your order. */
export const notifyOrderPending = customerNotice('notify-order-pending', () => 'order-received')
