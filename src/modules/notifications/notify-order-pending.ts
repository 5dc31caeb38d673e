import { customerNotice } from './notify-of-event.ts'

/** `order.pending` → we received your order. */
export const notifyOrderPending = customerNotice('notify-order-pending', () => 'order-received')

/** `invoice.transfer_chosen` → where to send the money, with which reference, and by when. */
export const notifyTransferChosen = customerNotice('notify-transfer-chosen', () => 'transfer-details')
