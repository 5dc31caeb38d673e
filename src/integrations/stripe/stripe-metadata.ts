/** What we write into objects at Stripe, so that they can be told from those of other applications on the account. */
const APP = 'ez-solutions'

export type Ours = {
  paymentId?: string | undefined
  invoiceId?: string | undefined
  customerId?: string | undefined
  refundId?: string | undefined
}

export const writeMetadata = (ours: Ours): Record<string, string> => ({
  app: APP,
  ...(ours.paymentId === undefined ? {} : { payment_id: ours.paymentId }),
  ...(ours.invoiceId === undefined ? {} : { invoice_id: ours.invoiceId }),
  ...(ours.customerId === undefined ? {} : { customer_id: ours.customerId }),
  ...(ours.refundId === undefined ? {} : { refund_id: ours.refundId }),
})

/** What we wrote; all undefined when the object is not ours. */
export function readMetadata(metadata: Record<string, string> | null | undefined): {
  [K in keyof Required<Ours>]: string | undefined
} {
  const ours = metadata?.['app'] === APP ? metadata : {}
  return {
    paymentId: ours['payment_id'],
    invoiceId: ours['invoice_id'],
    customerId: ours['customer_id'],
    refundId: ours['refund_id'],
  }
}
