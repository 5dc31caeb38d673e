import { z } from 'zod'
import { getInvoice, getInvoiceDetail, listInvoices } from '#modules/billing/billing-queries.ts'
import { createInvoice } from '#modules/billing/create-invoice.ts'
import { MOST_LINES, MOST_NOTE, MOST_QUANTITY, MOST_TEXT } from '#modules/billing/manual-invoice.ts'
import { type Invoice, invoiceMachine, type Party } from '#modules/billing/invoice.ts'
import { formatInvoiceTitle } from '#modules/billing/invoice-title.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { renderInvoiceUbl } from '#modules/billing/render-invoice-ubl.ts'
import { listCorrections } from '#modules/billing/credit-note-queries.ts'
import { Currency } from '#modules/orders/item-configuration.ts'
import { randomToken } from '#platform/secrets.ts'
import { can } from '#platform/state-machine.ts'
import { CreditNoteSummary } from './credit-note-body.ts'
import { currency, instant, minor, pathId, plainDate } from './codecs.ts'
import { TaxBody } from './quotes.ts'
import { namedInBody } from './named-in-body.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { PaymentBody } from './payments.ts'
import { route } from './route.ts'

const tag = 'Invoices'
const InvoiceParams = z.strictObject({ invoiceId: pathId })

export const InvoiceSummary = z
  .object({
    id: z.string(),
    state: z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']),
    number: z.string().nullable().meta({ description: 'Null for a pro forma, which gets its number once it is paid.' }),
    currency,
    subtotalMinor: minor,
    taxMinor: minor,
    totalMinor: minor,
    paidMinor: minor,
    creditedMinor: minor.meta({ description: 'What credit notes took back of it.' }),
    payable: z.boolean(),
    issuedAt: instant.nullable(),
    dueAt: instant,
    paidAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'InvoiceSummary' })

export const PartyBody = z
  .object({
    name: z.string(),
    company: z.string().nullable(),
    address: z.string(),
    country: z.string().nullable(),
    vatId: z.string().nullable(),
    email: z.string(),
  })
  .meta({ id: 'Party' })

const InvoiceLine = z
  .object({
    kind: z.enum(['plan', 'option', 'setup', 'topup', 'manual']),
    description: z.string(),
    quantity: z.int(),
    unitMinor: minor,
    amountMinor: minor.meta({ description: 'Without tax.' }),
    taxBasisPoints: z.int(),
    taxMinor: minor,
    periodStart: plainDate.nullable(),
    periodEnd: plainDate.nullable().meta({ description: 'The first day that is not paid for.' }),
  })
  .meta({ id: 'InvoiceLine' })

const InvoiceBody = InvoiceSummary.extend({
  seller: PartyBody,
  buyer: PartyBody,
  lines: z.array(InvoiceLine),
  taxes: z.array(TaxBody.extend({ note: z.string().nullable() }).meta({ id: 'InvoiceTax' })),
  payments: z.array(PaymentBody).meta({ description: 'Newest first.' }),
  creditNotes: z.array(CreditNoteSummary).meta({ description: 'Its corrections, newest first.' }),
}).meta({ id: 'Invoice' })

export const summaryOf = (invoice: Invoice) => ({ ...invoice, payable: can(invoiceMachine, invoice, 'pay') })

export const readInvoices = route({
  method: 'get',
  path: '/invoices',
  operationId: 'listInvoices',
  tag,
  summary: 'Your invoices',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(InvoiceSummary) },
  problems: [],
  run: async (call) => {
    const page = await listInvoices(call.app, call.actor, call.query)
    return pageAnswer(call, { ...page, rows: page.rows.map(summaryOf) })
  },
})

const DocumentLine = z.strictObject({
  description: z.string().min(1).max(MOST_TEXT),
  quantity: z.int().min(1).max(MOST_QUANTITY),
  unitMinor: minor.meta({ description: 'Of one piece, with or without tax as the seller states prices.' }),
})

const missing = namedInBody('customer_not_found', { path: 'customerId', message: 'Name a customer.' })

export const writeInvoice = route({
  method: 'post',
  path: '/invoices',
  operationId: 'createInvoice',
  tag,
  summary: 'Write an invoice for a customer (staff)',
  description:
    'A document of your own lines, taxed as any other and to be paid by a day. With the same Idempotency-Key it is made once.',
  body: z.strictObject({
    customerId: z.string().max(64),
    currency: Currency,
    dueOn: plainDate.meta({ description: 'In the zone of the seller, within a year.' }),
    lines: z.array(DocumentLine).min(1).max(MOST_LINES),
    reason: z.string().min(1).max(MOST_TEXT).meta({ description: 'Told to the customer who asks why.' }),
    note: z.string().min(1).max(MOST_NOTE).optional().meta({ description: 'Printed on the document.' }),
    mail: z.boolean().default(true).meta({ description: 'Whether the customer is written to.' }),
    totalMinor: minor.optional().meta({ description: 'What you expect it to come to; another total is refused.' }),
  }),
  example: {
    customerId: 'cus_01jzzzzzzzzzzzzzzzzzzzzzzz',
    currency: 'EUR',
    dueOn: '2027-02-01',
    lines: [{ description: 'Moving two sites', quantity: 2, unitMinor: 4500 }],
    reason: 'Agreed by phone',
  },
  success: { status: 201, description: 'The invoice to pay.', body: InvoiceSummary },
  problems: [
    'invoice_invalid',
    'invoice_total_changed',
    'billing_details_missing',
    'customer_closed',
    'seller_not_set_up',
  ],
  run: async ({ app, actor, body, retryKey, headers }) => {
    const idempotencyKey = retryKey ?? `api:${randomToken()}`
    const invoice = await createInvoice(app, actor, { ...body, idempotencyKey }).catch(missing)
    headers.set('location', `/api/v1/invoices/${invoice.id}`)
    return summaryOf(invoice)
  },
})

export const readInvoice = route({
  method: 'get',
  path: '/invoices/{invoiceId}',
  operationId: 'getInvoice',
  tag,
  summary: 'One invoice with its lines, taxes and payments',
  params: InvoiceParams,
  success: { status: 200, description: 'The invoice.', body: InvoiceBody },
  problems: ['invoice_not_found'],
  run: async ({ app, actor, params }) => {
    const { invoice, lines, taxes, payments } = await getInvoiceDetail(app, actor, params.invoiceId)
    const { creditNotes } = await listCorrections(app, actor, invoice.id)
    const parties = { seller: invoice.seller as Party, buyer: invoice.buyer as Party }
    return { ...summaryOf(invoice), ...parties, lines, taxes, payments, creditNotes }
  },
})

export const readInvoicePdf = route({
  method: 'get',
  path: '/invoices/{invoiceId}/pdf',
  operationId: 'getInvoicePdf',
  tag,
  summary: 'An invoice as a PDF',
  params: InvoiceParams,
  success: { status: 200, description: 'An A4 document in the language of the buyer.', media: 'application/pdf' },
  problems: ['invoice_not_found'],
  run: async ({ app, actor, params, headers }) => {
    const invoice = await getInvoice(app, actor, params.invoiceId)
    // Loaded when the first one is asked for: nobody else pays for the memory of fonts and layout.
    const { renderInvoicePdf } = await import('#modules/billing/invoice-pdf.ts')
    const pdf = await renderInvoicePdf(app, actor, invoice.id)
    const name = formatInvoiceTitle(invoice).replaceAll(/[^\w-]+/g, '-')
    headers.set('content-type', 'application/pdf')
    headers.set('content-disposition', `attachment; filename="${name}.pdf"`)
    return new Response(new Uint8Array(pdf), { headers })
  },
})

export const readInvoiceXml = route({
  method: 'get',
  path: '/invoices/{invoiceId}/xml',
  operationId: 'getInvoiceXml',
  tag,
  summary: 'An invoice as an electronic one',
  description: 'EN 16931 in the syntax of UBL 2.1. A pro forma is none yet.',
  params: InvoiceParams,
  success: { status: 200, description: 'The invoice as XML.', media: 'application/xml' },
  problems: ['invoice_not_found', 'invoice_not_electronic'],
  run: async ({ app, actor, params, headers }) => {
    const { xml, fileName } = await renderInvoiceUbl(app, actor, params.invoiceId)
    headers.set('content-type', 'application/xml')
    headers.set('content-disposition', `attachment; filename="${fileName}"`)
    return new Response(xml, { headers })
  },
})

export const createPayment = route({
  method: 'post',
  path: '/invoices/{invoiceId}/payments',
  operationId: 'payInvoice',
  tag,
  summary: 'Open a page where an invoice can be paid',
  description:
    'Asked twice for the same amount, it gives the same page. The invoice is paid once the payment gateway says so.',
  params: InvoiceParams,
  body: z
    .strictObject({
      amountMinor: minor.optional().meta({
        description:
          'A part of what is open. Neither it nor the rest is less than the gateway charges. Left out, all that is open is paid.',
      }),
    })
    .optional(),
  example: { amountMinor: 1000 },
  success: {
    status: 201,
    description: 'Send the person who pays to `url`.',
    body: z.object({ payment: PaymentBody, url: z.string() }),
  },
  problems: [
    'invoice_not_found',
    'invoice_draft',
    'invoice_paid',
    'invoice_void',
    'payment_pending',
    'payment_part_invalid',
    'payment_refused',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, params: { invoiceId }, body, headers }) => {
    const page = `/portal/invoices/${invoiceId}`
    const ways = { returnPath: page, cancelPath: page }
    const opened = await openPaymentPage(app, actor, { invoiceId, amountMinor: body?.amountMinor, ...ways })
    headers.set('location', `/api/v1/payments/${opened.payment.id}`)
    return opened
  },
})
