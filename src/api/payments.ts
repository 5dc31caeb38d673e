import { z } from 'zod'
import { getPayment } from '#modules/billing/billing-queries.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { chooseTransfer } from '#modules/orders/choose-transfer.ts'
import { Problem } from '#platform/problem.ts'
import { currency, instant, minor, pathId } from './codecs.ts'
import { route } from './route.ts'

export const PaymentBody = z
  .object({
    id: z.string(),
    invoiceId: z.string().nullable().meta({ description: 'Null when it is for several invoices.' }),
    channel: z.enum(['checkout', 'saved_method', 'bank_transfer', 'manual']),
    state: z.enum(['pending', 'succeeded', 'failed']),
    currency,
    amountMinor: minor,
    refundedMinor: minor.meta({ description: 'What was sent back of it or is about to be.' }),
    failureCode: z
      .string()
      .nullable()
      .meta({ description: 'Why a card was refused last, or why the payment failed.', examples: ['card_declined'] }),
    expiresAt: instant.meta({ description: 'When its payment page closes.' }),
    createdAt: instant,
  })
  .meta({ id: 'Payment', description: 'One attempt to collect an invoice.' })

export const readPayment = route({
  method: 'get',
  path: '/payments/{paymentId}',
  operationId: 'getPayment',
  tag: 'Invoices',
  summary: 'How a payment stands',
  params: z.strictObject({ paymentId: pathId }),
  success: { status: 200, description: 'The payment.', body: PaymentBody },
  problems: ['payment_not_found'],
  run: ({ app, actor, params }) => getPayment(app, actor, params.paymentId),
})

const TransferBody = z
  .object({
    holder: z.string(),
    iban: z.string(),
    bic: z.string().nullable(),
    reference: z.string().meta({ description: 'Write it into the transfer as it stands here.' }),
    currency,
    amountMinor: minor,
    dueAt: instant,
  })
  .meta({ id: 'TransferDetails', description: 'Where to send the money of an invoice.' })

export const createTransfer = route({
  method: 'post',
  path: '/invoices/{invoiceId}/transfer',
  operationId: 'payByTransfer',
  tag: 'Invoices',
  summary: 'Say that an invoice will be paid by bank transfer',
  description:
    'An open payment page is closed, and an order waits for the bank. Nothing is delivered before the money is here.',
  params: z.strictObject({ invoiceId: pathId }),
  success: { status: 200, description: 'Where to send it.', body: TransferBody },
  problems: [
    'invoice_not_found',
    'invoice_draft',
    'invoice_paid',
    'invoice_void',
    'payment_pending',
    'transfer_not_offered',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, params }) => {
    const details = await findTransferDetails(app, await chooseTransfer(app, actor, params))
    if (!details) throw new Problem('conflict', 'transfer_not_offered', 'This cannot be paid by bank transfer.')
    return details
  },
})
