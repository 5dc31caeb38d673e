import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { InvoiceState } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Invoice, type InvoiceLine, type InvoiceTax, OWED_PURPOSES } from './invoice.ts'
import type { Payment } from './payment.ts'
import type { Subscription } from './subscription.ts'

const invoiceMissing = (): Problem => new Problem('not_found', 'invoice_not_found', 'There is no such invoice.')
const paymentMissing = (): Problem => new Problem('not_found', 'payment_not_found', 'There is no such payment.')

/** Another customer's invoice does not exist: `invoice_not_found`. */
export async function getInvoice(app: App, actor: Actor, invoiceId: string): Promise<Invoice> {
  const owner = visibleWith(actor, 'invoice.read')
  return app.db
    .selectFrom('invoices')
    .selectAll()
    .where('id', '=', invoiceId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(invoiceMissing)
}

export type InvoiceDetail = { invoice: Invoice; lines: InvoiceLine[]; taxes: InvoiceTax[]; payments: Payment[] }

/** An invoice with its lines, its taxes (none on documents from before they were kept) and the attempts to pay it, newest first. */
export async function getInvoiceDetail(app: App, actor: Actor, invoiceId: string): Promise<InvoiceDetail> {
  const invoice = await getInvoice(app, actor, invoiceId)
  const [lines, taxes, payments] = await Promise.all([
    app.db.selectFrom('invoiceLines').selectAll().where('invoiceId', '=', invoice.id).orderBy('position').execute(),
    app.db.selectFrom('invoiceTaxes').selectAll().where('invoiceId', '=', invoice.id).orderBy('position').execute(),
    app.db
      .selectFrom('payments')
      .innerJoin('paymentAllocations', 'paymentAllocations.paymentId', 'payments.id')
      .selectAll('payments')
      .where('paymentAllocations.invoiceId', '=', invoice.id)
      .orderBy('payments.id', 'desc')
      .execute(),
  ])
  return { invoice, lines, taxes, payments }
}

export type InvoiceFilter = PageFilter & {
  oldestFirst?: boolean | undefined
  state?: InvoiceState | undefined
  customerId?: string | undefined
  search?: string | undefined
  currency?: string | undefined
  /** Owed, and due from the first instant on and before the second. */
  due?: { from: Temporal.Instant | undefined; until: Temporal.Instant | undefined } | undefined
}

/** Newest first unless told. `search` is an id, the beginning of a number, or a part of a customer's name or email. */
export async function listInvoices(
  app: App,
  actor: Actor,
  filter: InvoiceFilter,
): Promise<Page<Invoice & { customerName: string }>> {
  const owner = visibleWith(actor, 'invoice.read') ?? filter.customerId
  const search = filter.search?.trim()
  const rows = await app.db
    .selectFrom('invoices')
    .innerJoin('customers', 'customers.id', 'invoices.customerId')
    .selectAll('invoices')
    .select('customers.name as customerName')
    .$if(owner !== undefined, (query) => query.where('invoices.customerId', '=', owner!))
    .$if(filter.state !== undefined, (query) => query.where('invoices.state', '=', filter.state!))
    .$if(filter.currency !== undefined, (query) => query.where('invoices.currency', '=', filter.currency!))
    .$if(filter.due !== undefined, (query) => query.where('invoices.purpose', 'in', OWED_PURPOSES))
    .$if(filter.due?.from !== undefined, (query) => query.where('invoices.dueAt', '>=', filter.due!.from!))
    .$if(filter.due?.until !== undefined, (query) => query.where('invoices.dueAt', '<', filter.due!.until!))
    .$if(Boolean(search), (query) => {
      if (/^inv_[0-9a-z]{26}$/.test(search!)) return query.where('invoices.id', '=', search!)
      const isNumber = /\d/.test(search!) && !search!.includes('@')
      return isNumber
        ? query.where('invoices.number', '^@', search!.toUpperCase())
        : query.where(matchCustomer(search!))
    })
    .$if(filter.after !== undefined, (query) =>
      query.where('invoices.id', filter.oldestFirst ? '>' : '<', filter.after!),
    )
    .orderBy('invoices.id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Another customer's payment does not exist: `payment_not_found`. */
export async function getPayment(app: App, actor: Actor, paymentId: string): Promise<Payment> {
  const owner = visibleWith(actor, 'invoice.read')
  return app.db
    .selectFrom('payments')
    .selectAll()
    .where('id', '=', paymentId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(paymentMissing)
}

/** The attempt that is under way for an invoice, or undefined. */
export const findPendingPayment = (db: App['db'], invoiceId: string): Promise<Payment | undefined> =>
  db
    .selectFrom('payments')
    .innerJoin('paymentAllocations', 'paymentAllocations.paymentId', 'payments.id')
    .selectAll('payments')
    .where('paymentAllocations.invoiceId', '=', invoiceId)
    .where('paymentAllocations.pending', '=', true)
    .executeTakeFirst()

/** Documents whose money is on its way, such as by a direct debit that takes days: nothing about them is decided meanwhile. */
export const documentsUnderWay = (db: App['db']) =>
  db
    .selectFrom('paymentAllocations')
    .innerJoin('payments', 'payments.id', 'paymentAllocations.paymentId')
    .select('paymentAllocations.invoiceId')
    .where('paymentAllocations.pending', '=', true)
    .where((where) =>
      where.or([where('payments.channel', '=', 'saved_method'), where('payments.processingSince', 'is not', null)]),
    )

/** Holds an invoice until the transaction ends, so that nobody decides on it meanwhile. */
export async function lockInvoice(tx: Tx, invoiceId: string): Promise<Invoice> {
  return tx.db
    .selectFrom('invoices')
    .selectAll()
    .where('id', '=', invoiceId)
    .forUpdate()
    .executeTakeFirstOrThrow(invoiceMissing)
}

export async function lockPayment(tx: Tx, paymentId: string): Promise<Payment> {
  return tx.db
    .selectFrom('payments')
    .selectAll()
    .where('id', '=', paymentId)
    .forUpdate()
    .executeTakeFirstOrThrow(paymentMissing)
}

/** Saved cards of a customer, newest first. */
export async function listPaymentMethods(app: App, actor: Actor) {
  const owner = visibleWith(actor, 'invoice.read')
  return app.db
    .selectFrom('paymentMethods')
    .select(['id', 'kind', 'brand', 'lastFour', 'expiryMonth', 'expiryYear', 'isDefault', 'createdAt'])
    .where('forgottenAt', 'is', null)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .orderBy('id', 'desc')
    .limit(50)
    .execute()
}

/** The agreement behind a service. Throws `subscription_not_found`. */
export async function getSubscription(app: App, actor: Actor, subscriptionId: string): Promise<Subscription> {
  const owner = visibleWith(actor, 'invoice.read')
  return app.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscriptionId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'subscription_not_found', 'There is no such subscription.'))
}
