import { setTimeout as pause } from 'node:timers/promises'
import type { App } from '#app/app.ts'
import { requireRight, visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { formatInvoiceTitle } from './invoice-title.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { can, requireVerb } from '#platform/state-machine.ts'
import { beginPayment } from './begin-payment.ts'
import { ensureGatewayCustomer, gatewayKey } from './ensure-gateway-customer.ts'
import { findPendingPayment, getInvoice, lockInvoice, lockPayment } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { type Payment, paymentMachine } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/** Stripe keeps a page open for 24 hours at most; what is left must be worth opening it. */
const OPEN_HOURS = 23
const USEFUL_MINUTES = 40

/**
 * Gives the address where an invoice can be paid. Asked twice, it gives the same page: one attempt at a time. Throws
 * `permission_denied`, `invoice_paid`, `invoice_void`, and `payment_gateway_unavailable` when the gateway does not answer (asking again is safe).
 * `returnPath` is where the person comes back to.
 */
export async function openPaymentPage(
  app: App,
  actor: Actor,
  input: { invoiceId: string; returnPath: string; cancelPath: string },
): Promise<{ payment: Payment; url: string }> {
  requireRight(actor, 'invoice.pay')
  const invoice = await getInvoice(app, actor, input.invoiceId)
  requireVerb(invoiceMachine, invoice, 'pay')
  await retireStalePayment(app, invoice)
  const payment = await beginCheckout(app, actor, invoice)
  if (payment.sessionUrl !== null) return { payment, url: payment.sessionUrl }

  let page: { sessionId: string; url: string }
  try {
    page = await openAtGateway(app, actor, invoice, payment, input)
  } catch (error) {
    const opened = isProblem(error) && error.kind === 'unavailable' ? await openedMeanwhile(app, payment) : undefined
    if (!opened) throw error
    return opened
  }
  const opened = await savePage(app, actor, payment, page)
  if (opened.sessionUrl !== null) return { payment: opened, url: opened.sessionUrl }
  // The attempt ended while its page was being opened. Nobody has been sent there, and nobody must pay there.
  await app.paymentGateway.expireCheckout(page.sessionId)
  requireVerb(invoiceMachine, await getInvoice(app, actor, invoice.id), 'pay')
  throw new Problem('unavailable', 'payment_gateway_unavailable', 'This attempt to pay has ended. Please try again.')
}

/** Long enough for another click's page to be opened. */
const PAUSES_MS = [100, 200, 400, 800]

/** The gateway refuses the second of two clicks while the first is still at work; the page of the first is for both. */
async function openedMeanwhile(app: App, { id }: Payment): Promise<{ payment: Payment; url: string } | undefined> {
  for (const ms of PAUSES_MS) {
    await pause(ms)
    const payment = await app.db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    if (payment.state !== 'pending') return undefined
    if (payment.sessionUrl !== null) return { payment, url: payment.sessionUrl }
  }
  return undefined
}

async function openAtGateway(
  app: App,
  actor: Actor,
  invoice: Invoice,
  payment: Payment,
  { returnPath, cancelPath }: { returnPath: string; cancelPath: string },
): Promise<{ sessionId: string; url: string }> {
  const { publicUrl } = app.config
  const gatewayCustomerId = await ensureGatewayCustomer(app, actor, invoice.customerId)
  const successUrl = `${publicUrl}${returnPath}`
  const cancelUrl = `${publicUrl}${cancelPath}`
  return app.paymentGateway.openCheckout({
    key: gatewayKey(payment.id, gatewayCustomerId, successUrl, cancelUrl),
    gatewayCustomerId,
    paymentId: payment.id,
    invoiceId: invoice.id,
    customerId: invoice.customerId,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    description: formatInvoiceTitle(invoice),
    successUrl,
    cancelUrl,
    expiresAt: payment.expiresAt,
    locale: invoice.locale,
  })
}

/** Remembers the page of an attempt that is under way, unless it has one; an attempt that has ended is left as it is. */
async function savePage(
  app: App,
  actor: Actor,
  { id, customerId }: Payment,
  page: { sessionId: string; url: string },
): Promise<Payment> {
  return app.transaction(actor, async (tx) => {
    const locked = await lockPayment(tx, id)
    if (locked.sessionId !== null || !can(paymentMachine, locked, 'fail')) return locked
    await tx.emit('payment.page_opened', id, { customerId, after: { sessionId: page.sessionId } })
    return tx.db
      .updateTable('payments')
      .set({ sessionId: page.sessionId, sessionUrl: page.url, updatedAt: tx.now })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** An attempt whose page is about to close is settled first, so that a new one may begin. */
async function retireStalePayment(app: App, invoice: Invoice): Promise<void> {
  const pending = await findPendingPayment(app.db, invoice.id)
  if (!pending) return
  const useful = pending.expiresAt.subtract({ minutes: USEFUL_MINUTES })
  if (Temporal.Instant.compare(app.clock.wallClock(), useful) < 0) return
  await settlePayment(app, pending.id, 'close')
}

async function beginCheckout(app: App, actor: Actor, invoice: Invoice): Promise<Payment> {
  return app.transaction(actor, async (tx) => {
    const locked = await lockInvoice(tx, invoice.id)
    const owner = visibleWith(actor, 'invoice.pay')
    if (owner !== undefined && locked.customerId !== owner)
      throw new Problem('not_found', 'invoice_not_found', 'There is no such invoice.')
    requireVerb(invoiceMachine, locked, 'pay')
    const pending = await findPendingPayment(tx.db, invoice.id)
    if (pending && pending.channel !== 'checkout')
      throw new Problem('conflict', 'payment_pending', 'A payment of this invoice is already under way.')
    if (pending) return pending
    return beginPayment(tx, {
      documents: [locked],
      channel: 'checkout',
      expiresAt: app.clock.wallClock().add({ hours: OPEN_HOURS }),
    })
  })
}
