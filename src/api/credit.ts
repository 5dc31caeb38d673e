import { z } from 'zod'
import { listCredit } from '#modules/billing/list-credit.ts'
import { listCreditHistory } from '#modules/billing/list-credit-history.ts'
import { openSharedPaymentPage } from '#modules/billing/open-payment-page.ts'
import { payInvoiceFromCredit } from '#modules/billing/pay-invoice-from-credit.ts'
import { topUp } from '#modules/billing/top-up.ts'
import { Currency } from '#modules/orders/item-configuration.ts'
import { currency, instant, minor, pathId } from './codecs.ts'
import { InvoiceSummary, summaryOf } from './invoices.ts'
import { namedInBody } from './named-in-body.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { PaymentBody } from './payments.ts'
import { route } from './route.ts'

const tag = 'Invoices'

const MovementBody = z
  .object({
    id: z.string(),
    at: instant,
    kind: z
      .enum([
        'overpayment',
        'void_document',
        'topup',
        'change',
        'staff',
        'refund_failed',
        'credit_note',
        'invoice',
        'refund',
        'withdrawn',
      ])
      .meta({ description: 'Where it came from or went to.' }),
    currency,
    amountMinor: minor.meta({ description: 'Negative when it went.' }),
    remainingMinor: minor.nullable().meta({ description: 'What is left of what came; null for what went.' }),
    invoiceId: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
  })
  .meta({ id: 'CreditMovement' })

export const readCredit = route({
  method: 'get',
  path: '/credit',
  operationId: 'getCredit',
  tag,
  summary: 'Your credit',
  success: {
    status: 200,
    description: 'What is left, by currency.',
    body: z.object({ balances: z.array(z.object({ currency, amountMinor: minor })) }),
  },
  problems: [],
  run: async ({ app, actor }) => ({ balances: await listCredit(app, actor) }),
})

export const readCreditHistory = route({
  method: 'get',
  path: '/credit/history',
  operationId: 'listCreditHistory',
  tag,
  summary: 'Where your credit came from and went to',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(MovementBody) },
  problems: [],
  run: async (call) => pageAnswer(call, await listCreditHistory(call.app, call.actor, call.query)),
})

export const createTopUp = route({
  method: 'post',
  path: '/credit/top-ups',
  operationId: 'topUp',
  tag,
  summary: 'Ask for credit to be bought',
  description: 'Pay the invoice it gives, and the credit is yours. It is never paid from credit.',
  body: z.strictObject({ currency: Currency, amountMinor: minor }),
  example: { currency: 'EUR', amountMinor: 5000 },
  success: { status: 201, description: 'The invoice to pay.', body: InvoiceSummary },
  problems: ['topup_amount_invalid', 'customer_closed', 'seller_not_set_up'],
  run: async ({ app, actor, body, headers }) => {
    const invoice = await topUp(app, actor, body)
    headers.set('location', `/api/v1/invoices/${invoice.id}`)
    return summaryOf(invoice)
  },
})

export const createCreditUse = route({
  method: 'post',
  path: '/invoices/{invoiceId}/credit',
  operationId: 'payFromCredit',
  tag,
  summary: 'Pay an invoice from your credit',
  description:
    'The oldest credit first, as far as it goes; a rest is never too little for a card. A top-up is never paid from credit.',
  params: z.strictObject({ invoiceId: pathId }),
  body: z
    .strictObject({
      amountMinor: minor.optional().meta({ description: 'What you expect it to use; another amount is refused.' }),
    })
    .optional(),
  example: { amountMinor: 900 },
  success: {
    status: 200,
    description: 'The invoice as it is now.',
    body: z.object({ usedMinor: minor, invoice: InvoiceSummary }),
  },
  problems: [
    'invoice_not_found',
    'invoice_draft',
    'invoice_paid',
    'invoice_void',
    'credit_missing',
    'credit_changed',
    'credit_not_for_topup',
    'payment_pending',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, params: { invoiceId }, body }) => {
    const { usedMinor, invoice } = await payInvoiceFromCredit(app, actor, { invoiceId, amountMinor: body?.amountMinor })
    return { usedMinor, invoice: summaryOf(invoice) }
  },
})

const missing = namedInBody('invoice_not_found', { path: 'invoiceIds', message: 'Name invoices of yours.' })

export const createSharedPayment = route({
  method: 'post',
  path: '/payments',
  operationId: 'payInvoices',
  tag,
  summary: 'Open a page where several invoices can be paid at once',
  description: 'All of one currency. Asked twice for the same invoices, it gives the same page.',
  body: z.strictObject({ invoiceIds: z.array(z.string().max(64)).min(1).max(100) }),
  example: { invoiceIds: ['inv_01jzzzzzzzzzzzzzzzzzzzzzzz'] },
  success: {
    status: 201,
    description: 'Send the person who pays to `url`.',
    body: z.object({ payment: PaymentBody, url: z.string() }),
  },
  problems: [
    'invoices_apart',
    'invoice_draft',
    'invoice_paid',
    'invoice_void',
    'payment_pending',
    'payment_refused',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, body, headers }) => {
    const page = '/portal/invoices'
    const opened = await openSharedPaymentPage(app, actor, { ...body, returnPath: page, cancelPath: page }).catch(
      missing,
    )
    headers.set('location', `/api/v1/payments/${opened.payment.id}`)
    return opened
  },
})
