import type { Api } from './stripe-simulator-api.ts'
import { newInvoiceItem, itemLine } from './stripe-simulator-billing-lines.ts'
import { BillingParams, type BillingParamsOf } from './stripe-simulator-billing-params.ts'
import { underClock } from './stripe-simulator-clocks.ts'
import { collect, payInvoice } from './stripe-simulator-collection.ts'
import {
  addLines,
  closeInvoice,
  draftInvoice,
  finalizeInvoice,
  finalizesAt,
  pendingItems,
  requireStatus,
  saveInvoice,
} from './stripe-simulator-invoices.ts'
import { listPage, wasCreated } from './stripe-simulator-lists.ts'
import type { Invoice, InvoiceItem, Memory } from './stripe-simulator-memory.ts'
import { Params } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { found, liveCustomer, mergeMetadata } from './stripe-simulator-found.ts'

/** Invoices, their items and payments over the API. */

const DAY = 86_400

type Fields = BillingParamsOf<'invoiceUpdate'>

const givenFields = (memory: Memory, input: Fields, before: Invoice['metadata']): Partial<Invoice> => ({
  ...(input.auto_advance === undefined
    ? {}
    : {
        auto_advance: input.auto_advance,
        automatically_finalizes_at: input.auto_advance ? finalizesAt(memory) : null,
      }),
  ...(input.collection_method ? { collection_method: input.collection_method } : {}),
  ...(input.days_until_due === undefined ? {} : { due_date: memory.now() + input.days_until_due * DAY }),
  ...(input.due_date === undefined ? {} : { due_date: input.due_date }),
  ...(input.default_payment_method === undefined
    ? {}
    : { default_payment_method: input.default_payment_method || null }),
  ...(input.description === undefined ? {} : { description: input.description || null }),
  ...(input.footer === undefined ? {} : { footer: input.footer || null }),
  ...(input.metadata ? { metadata: mergeMetadata(before ?? {}, input.metadata) } : {}),
})

function createInvoice(memory: Memory, input: BillingParamsOf<'invoiceCreate'>): Invoice {
  const customer = liveCustomer(memory, input.customer, 'customer')
  const waiting = memory.invoiceItems.values().find((item) => item.customer === customer.id && item.invoice === null)
  const currency = input.currency ?? waiting?.currency ?? 'eur'
  const sends = input.collection_method === 'send_invoice'
  if (sends && input.days_until_due === undefined && input.due_date === undefined)
    throw invalid('You must set `days_until_due` or `due_date` for `send_invoice`.', { param: 'days_until_due' })
  const items = input.pending_invoice_items_behavior === 'include' ? pendingItems(memory, customer.id, currency) : []
  return draftInvoice(memory, { customer, currency, lines: [], items, change: givenFields(memory, input, {}) })
}

function finalize(memory: Memory, invoice: Invoice, autoAdvance: boolean | undefined): Invoice {
  const open = finalizeInvoice(memory, invoice, autoAdvance)
  const collects = open.status === 'open' && open.auto_advance && open.collection_method === 'charge_automatically'
  return collects ? collect(memory, open) : open
}

function deleteDraft(memory: Memory, invoice: Invoice): { id: string; object: string; deleted: true } {
  requireStatus(invoice, ['draft'], 'delete')
  for (const item of memory.invoiceItems.values()) if (item.invoice === invoice.id) memory.invoiceItems.delete(item.id)
  memory.invoices.delete(invoice.id)
  memory.emit('invoice.deleted', invoice)
  return { id: invoice.id, object: 'invoice', deleted: true }
}

export function invoiceRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/invoices'
  const invoice = (id: string) => found(memory.invoices.get(id), 'invoice', id)
  const onClock = <T>(id: string, work: (invoice: Invoice) => T): T =>
    underClock(memory, invoice(id).test_clock, () => work(invoice(id)))

  endpoint('POST', path, BillingParams.invoiceCreate, (params) =>
    underClock(memory, liveCustomer(memory, params.customer, 'customer').test_clock, () =>
      createInvoice(memory, params),
    ),
  )
  endpoint('GET', path, BillingParams.invoiceList, (params) => {
    const wanted = memory.invoices
      .values()
      .filter(
        (each) =>
          wasCreated(each.created, params.created) &&
          (params.customer === undefined || each.customer === params.customer) &&
          (params.subscription === undefined ||
            each.parent?.subscription_details?.subscription === params.subscription) &&
          (params.status === undefined || each.status === params.status) &&
          (params.collection_method === undefined || each.collection_method === params.collection_method),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => invoice(id))
  endpoint('GET', `${path}/:id/lines`, Params.page, (params, { id = '' }) =>
    listPage(invoice(id).lines.data.toReversed(), params, `${path}/${id}/lines`),
  )
  endpoint('POST', `${path}/:id`, BillingParams.invoiceUpdate, (params, { id = '' }) =>
    onClock(id, (each) => {
      const { metadata: _, ...rest } = params
      if (Object.keys(rest).length > 0) requireStatus(each, ['draft'], 'change')
      const updated = saveInvoice(memory, each, givenFields(memory, params, each.metadata))
      memory.emit('invoice.updated', updated, {})
      return updated
    }),
  )
  endpoint('DELETE', `${path}/:id`, Params.none, (_, { id = '' }) => deleteDraft(memory, invoice(id)))
  endpoint('POST', `${path}/:id/finalize`, BillingParams.invoiceFinalize, (params, { id = '' }) =>
    onClock(id, (each) => finalize(memory, each, params.auto_advance)),
  )
  endpoint('POST', `${path}/:id/pay`, BillingParams.invoicePay, (params, { id = '' }) =>
    onClock(id, (each) =>
      payInvoice(memory, each.status === 'draft' ? finalizeInvoice(memory, each, false) : each, params),
    ),
  )
  endpoint('POST', `${path}/:id/send`, Params.none, (_, { id = '' }) =>
    onClock(id, (each) => {
      const open = each.status === 'draft' ? finalizeInvoice(memory, each) : each
      memory.emit('invoice.sent', open)
      return open
    }),
  )
  endpoint('POST', `${path}/:id/void`, Params.none, (_, { id = '' }) =>
    onClock(id, (each) => closeInvoice(memory, each, 'void')),
  )
  endpoint('POST', `${path}/:id/mark_uncollectible`, Params.none, (_, { id = '' }) =>
    onClock(id, (each) => closeInvoice(memory, each, 'uncollectible')),
  )
}

function createItem(memory: Memory, input: BillingParamsOf<'invoiceItemCreate'>): InvoiceItem {
  const customer = liveCustomer(memory, input.customer, 'customer')
  const price = input.pricing
    ? found(memory.prices.get(input.pricing.price), 'price', input.pricing.price, 'pricing[price]')
    : undefined
  const quantity = input.quantity ?? 1
  const amount = input.amount ?? (price?.unit_amount ?? 0) * quantity
  const currency = input.currency ?? price?.currency
  if ((input.amount === undefined && !price) || currency === undefined)
    throw invalid('Missing required param: amount and currency, or pricing.', {
      code: 'parameter_missing',
      param: 'amount',
    })
  const { description = null, metadata } = input
  const item = newInvoiceItem(memory, { customer, amount, currency, description, price, quantity, metadata })
  const draft = input.invoice
    ? found(memory.invoices.get(input.invoice), 'invoice', input.invoice, 'invoice')
    : undefined
  if (draft) {
    requireStatus(draft, ['draft'], 'add to')
    addLines(memory, draft, [itemLine(memory, item)])
  }
  const saved = { ...item, invoice: draft?.id ?? null }
  memory.invoiceItems.set(saved.id, saved)
  memory.emit('invoiceitem.created', saved)
  return saved
}

export function invoiceItemRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/invoiceitems'
  const item = (id: string) => found(memory.invoiceItems.get(id), 'invoiceitem', id)
  endpoint('POST', path, BillingParams.invoiceItemCreate, (params) =>
    underClock(memory, liveCustomer(memory, params.customer, 'customer').test_clock, () => createItem(memory, params)),
  )
  endpoint('GET', path, BillingParams.invoiceItemList, (params) => {
    const wanted = memory.invoiceItems
      .values()
      .filter(
        (each) =>
          (params.customer === undefined || each.customer === params.customer) &&
          (params.invoice === undefined || each.invoice === params.invoice) &&
          (params.pending === undefined || params.pending === (each.invoice === null)) &&
          wasCreated(each.date, params.created),
      )
    return listPage(wanted, params, path)
  })
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => item(id))
  endpoint('DELETE', `${path}/:id`, Params.none, (_, { id = '' }) => {
    const before = item(id)
    if (before.invoice !== null) throw invalid('This invoice item is on an invoice and cannot be deleted.')
    memory.invoiceItems.delete(id)
    memory.emit('invoiceitem.deleted', before)
    return { id, object: 'invoiceitem', deleted: true }
  })

  const payments = '/v1/invoice_payments'
  endpoint('GET', payments, BillingParams.invoicePaymentList, (params) => {
    const wanted = memory.invoicePayments
      .values()
      .filter(
        (each) =>
          (params.invoice === undefined || each.invoice === params.invoice) &&
          (params.status === undefined || each.status === params.status) &&
          (params.payment?.payment_intent === undefined ||
            each.payment.payment_intent === params.payment.payment_intent),
      )
    return listPage(wanted, params, payments)
  })
  endpoint('GET', `${payments}/:id`, Params.none, (_, { id = '' }) =>
    found(memory.invoicePayments.get(id), 'invoice_payment', id),
  )
}
