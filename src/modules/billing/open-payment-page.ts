import type { App } from '#app/app.ts'
import { type Actor, visibleCustomerId } from '#platform/actor.ts'
import { formatInvoiceTitle } from './invoice-title.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import { findPendingPayment, getInvoice, lockInvoice, lockPayment } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import type { Payment } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/** Stripe keeps a page open for 24 hours at most; what is left must be worth opening it. */
const OPEN_HOURS = 23
const USEFUL_MINUTES = 40

/**
 * Gives the address where an invoice can be paid. Asked twice, it gives the same page: one attempt at a time. Throws
 * `invoice_paid`, `invoice_void`, and `payment_gateway_unavailable` when the gateway does not answer (asking again is safe).
 * `returnPath` is where the person comes back to.
 */
export async function openPaymentPage(
  app: App,
  actor: Actor,
  input: { invoiceId: string; returnPath: string; cancelPath: string },
): Promise<{ payment: Payment; url: string }> {
  const invoice = await getInvoice(app, actor, input.invoiceId)
  requireVerb(invoiceMachine, invoice, 'pay')
  await retireStalePayment(app, invoice)
  const payment = await beginPayment(app, actor, invoice)
  if (payment.sessionUrl !== null) return { payment, url: payment.sessionUrl }

  const { publicUrl } = app.config
  const page = await app.paymentGateway.openCheckout({
    key: payment.id,
    gatewayCustomerId: await ensureGatewayCustomer(app, actor, invoice),
    paymentId: payment.id,
    invoiceId: invoice.id,
    customerId: invoice.customerId,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    description: formatInvoiceTitle(invoice),
    successUrl: `${publicUrl}${input.returnPath}`,
    cancelUrl: `${publicUrl}${input.cancelPath}`,
    expiresAt: payment.expiresAt,
    locale: invoice.locale,
  })
  const opened = await app.transaction(actor, async (tx) => {
    const locked = await lockPayment(tx, payment.id)
    if (locked.sessionId !== null) return locked
    await tx.emit('payment.page_opened', payment.id, {
      customerId: invoice.customerId,
      after: { sessionId: page.sessionId },
    })
    return tx.db
      .updateTable('payments')
      .set({ sessionId: page.sessionId, sessionUrl: page.url, updatedAt: tx.now })
      .where('id', '=', payment.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  return { payment: opened, url: opened.sessionUrl ?? page.url }
}

/** An attempt whose page is about to close is settled first, so that a new one may begin. */
async function retireStalePayment(app: App, invoice: Invoice): Promise<void> {
  const pending = await findPendingPayment(app.db, invoice.id)
  if (!pending) return
  const useful = pending.expiresAt.subtract({ minutes: USEFUL_MINUTES })
  if (Temporal.Instant.compare(app.clock.wallClock(), useful) < 0) return
  await settlePayment(app, pending.id, 'close')
}

async function beginPayment(app: App, actor: Actor, invoice: Invoice): Promise<Payment> {
  return app.transaction(actor, async (tx) => {
    const locked = await lockInvoice(tx, invoice.id)
    const owner = visibleCustomerId(actor)
    if (owner !== undefined && locked.customerId !== owner)
      throw new Problem('not_found', 'invoice_not_found', 'There is no such invoice.')
    requireVerb(invoiceMachine, locked, 'pay')
    const pending = await findPendingPayment(tx.db, invoice.id)
    if (pending) return pending
    const payment = await tx.db
      .insertInto('payments')
      .values({
        id: newId('pay'),
        invoiceId: locked.id,
        customerId: locked.customerId,
        state: 'pending',
        gateway: 'stripe',
        amountMinor: locked.totalMinor - locked.paidMinor,
        currency: locked.currency,
        expiresAt: app.clock.wallClock().add({ hours: OPEN_HOURS }),
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await tx.emit('payment.pending', payment.id, {
      customerId: locked.customerId,
      after: { invoiceId: locked.id, amountMinor: payment.amountMinor },
    })
    return payment
  })
}

async function ensureGatewayCustomer(app: App, actor: Actor, invoice: Invoice): Promise<string> {
  const known = await app.db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', invoice.customerId)
    .where('gateway', '=', 'stripe')
    .executeTakeFirst()
  if (known) return known.gatewayCustomerId
  const customer = await app.db
    .selectFrom('customers')
    .select(['name', 'email'])
    .where('id', '=', invoice.customerId)
    .executeTakeFirstOrThrow()
  const { gatewayCustomerId } = await app.paymentGateway.createCustomer({
    key: `customer-${invoice.customerId}`,
    customerId: invoice.customerId,
    ...customer,
  })
  return app.transaction(actor, async (tx) => {
    await tx.db
      .insertInto('gatewayCustomers')
      .values({ customerId: invoice.customerId, gateway: 'stripe', gatewayCustomerId, createdAt: tx.now })
      .onConflict((conflict) => conflict.columns(['customerId', 'gateway']).doNothing())
      .execute()
    const row = await tx.db
      .selectFrom('gatewayCustomers')
      .select('gatewayCustomerId')
      .where('customerId', '=', invoice.customerId)
      .where('gateway', '=', 'stripe')
      .executeTakeFirstOrThrow()
    return row.gatewayCustomerId
  })
}
