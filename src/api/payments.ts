import { z } from 'zod'
import { getPayment } from '#modules/billing/billing-queries.ts'
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
