import { newId } from '#platform/ids.ts'
import type { PaymentChannel } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'
import type { Payment } from './payment.ts'

/**
 * Writes down that an attempt to collect is about to be made, before anything is asked of anybody: for all that is open on
 * the locked documents, which are of one customer and currency, or for the amount given when there is one document. A second
 * attempt for the same document is refused by the database.
 */
export async function beginPayment(
  tx: Tx,
  input: {
    documents: readonly [Invoice, ...Invoice[]]
    channel: PaymentChannel
    /** Minor units; all that is open unless given. */
    amountMinor?: bigint | undefined
    paymentMethodId?: string
    /** What whoever pays calls this attempt; the same customer makes no second of that name. */
    idempotencyKey?: string | undefined
    /** Wall-clock time after which the gateway may have forgotten the attempt. */
    expiresAt: Temporal.Instant
  },
): Promise<Payment> {
  const [first] = input.documents
  const shares = input.documents.map((document) => ({
    invoiceId: document.id,
    amountMinor: input.amountMinor ?? document.totalMinor - document.paidMinor,
  }))
  const payment = await tx.db
    .insertInto('payments')
    .values({
      id: newId('pay'),
      invoiceId: input.documents.length === 1 ? first.id : null,
      customerId: first.customerId,
      state: 'pending',
      gateway: input.channel === 'checkout' || input.channel === 'saved_method' ? 'stripe' : 'bank',
      channel: input.channel,
      paymentMethodId: input.paymentMethodId ?? null,
      amountMinor: shares.reduce((sum, share) => sum + share.amountMinor, 0n),
      currency: first.currency,
      refundedMinor: 0n,
      idempotencyKey: input.idempotencyKey ?? null,
      expiresAt: input.expiresAt,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('paymentAllocations')
    .values(shares.map((share) => ({ paymentId: payment.id, ...share, appliedMinor: 0n, pending: true })))
    .execute()
  await tx.emit('payment.pending', payment.id, {
    customerId: first.customerId,
    after: { invoiceId: payment.invoiceId, amountMinor: payment.amountMinor, channel: input.channel },
  })
  return payment
}
