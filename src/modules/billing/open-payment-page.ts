import { setTimeout as pause } from 'node:timers/promises'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { formatInvoiceTitle } from './invoice-title.ts'
import { formatMoney } from '#platform/i18n.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import { beginPayment } from './begin-payment.ts'
import { ensureGatewayCustomer, gatewayKey } from './ensure-gateway-customer.ts'
import { lockPayment } from './billing-queries.ts'
import { getPayable, listPending, lockPayable, type Payables, type Pending, underWay } from './payable.ts'
import { requirePart } from './part-payment.ts'
import { isUnderWay, type Payment, paymentMachine } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/** Stripe keeps a page open for 24 hours at most; what is left must be worth opening it. */
const OPEN_HOURS = 23
const USEFUL_MINUTES = 40

type Ways = { returnPath: string; cancelPath: string }

/**
 * Gives the address where an invoice can be paid, or a part of it: `amountMinor`, in minor units. Asked twice for the same, it gives
 * the same page: one attempt at a time. Throws `permission_denied`, `invoice_paid`, `invoice_void`, `payment_part_invalid`, and
 * `payment_gateway_unavailable` when the gateway does not answer (asking again is safe). `returnPath` is where the person comes back to.
 */
export const openPaymentPage = (
  app: App,
  actor: Actor,
  { invoiceId, ...ways }: Ways & { invoiceId: string; amountMinor?: bigint | undefined },
): Promise<{ payment: Payment; url: string }> => openPage(app, actor, { ...ways, invoiceIds: [invoiceId] })

/**
 * The same for several invoices at once, of one customer and currency: one page for all that is open on them. A page that was
 * opened before for some of them is closed, so that nothing is paid twice. Throws `invoice_not_found`, `invoices_apart` too.
 */
export const openSharedPaymentPage = (
  app: App,
  actor: Actor,
  { invoiceIds, returnPath, cancelPath }: Ways & { invoiceIds: readonly string[] },
): Promise<{ payment: Payment; url: string }> => openPage(app, actor, { invoiceIds, returnPath, cancelPath })

async function openPage(
  app: App,
  actor: Actor,
  input: Ways & { invoiceIds: readonly string[]; amountMinor?: bigint | undefined },
): Promise<{ payment: Payment; url: string }> {
  requireRight(actor, 'invoice.pay')
  const invoices = await getPayable(app.db, actor, input.invoiceIds)
  requireEnough(app, invoices)
  if (input.amountMinor !== undefined) requirePart(app.paymentGateway, invoices[0], input.amountMinor)
  const payment = await beginCheckout(app, actor, invoices, input.amountMinor)
  if (payment.sessionUrl !== null) return { payment, url: payment.sessionUrl }

  let page: { sessionId: string; url: string }
  try {
    page = await openAtGateway(app, actor, invoices, payment, input)
  } catch (error) {
    const opened = isProblem(error) && error.kind === 'unavailable' ? await openedMeanwhile(app, payment) : undefined
    if (!opened) throw error
    return opened
  }
  const opened = await savePage(app, actor, payment, page)
  if (opened.sessionUrl !== null) return { payment: opened, url: opened.sessionUrl }
  // The attempt ended while its page was being opened. Nobody has been sent there, and nobody must pay there.
  await app.paymentGateway.expireCheckout(page.sessionId)
  await getPayable(app.db, actor, input.invoiceIds)
  throw new Problem('unavailable', 'payment_gateway_unavailable', 'This attempt to pay has ended. Please try again.')
}

/** The gateway takes no payment this small. Together with another invoice it may be enough. */
function requireEnough(app: App, invoices: Payables): void {
  const [{ currency, locale }] = invoices
  const open = openOf(invoices)
  const least = app.paymentGateway.leastMinor(currency)
  if (open >= least) return
  const words = `Less than ${formatMoney(least, currency, locale)} cannot be paid by card. It stays open until credit or a transfer pays it, and nothing is suspended for it.`
  throw new Problem('conflict', 'payment_refused', words)
}

const openOf = (invoices: Payables): bigint =>
  invoices.reduce((sum, { totalMinor, paidMinor }) => sum + totalMinor - paidMinor, 0n)

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
  invoices: Payables,
  payment: Payment,
  { returnPath, cancelPath }: Ways,
): Promise<{ sessionId: string; url: string }> {
  const { publicUrl } = app.config
  const [first] = invoices
  const gatewayCustomerId = await ensureGatewayCustomer(app, actor, first.customerId)
  const successUrl = `${publicUrl}${returnPath}`
  const cancelUrl = `${publicUrl}${cancelPath}`
  return app.paymentGateway.openCheckout({
    key: gatewayKey(payment.id, gatewayCustomerId, successUrl, cancelUrl),
    gatewayCustomerId,
    paymentId: payment.id,
    invoiceId: payment.invoiceId ?? undefined,
    customerId: first.customerId,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    description: invoices.map(formatInvoiceTitle).join(', '),
    successUrl,
    cancelUrl,
    expiresAt: payment.expiresAt,
    locale: first.locale,
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

/** How often somebody else may open a page for one of the same documents while theirs is being closed. */
const TRIES = 3

/** The attempt that is under way for just these documents and this amount, or a new one once those for some of them are closed. */
async function beginCheckout(
  app: App,
  actor: Actor,
  invoices: Payables,
  amountMinor: bigint | undefined,
): Promise<Payment> {
  const ids = invoices.map(({ id }) => id)
  for (let tried = 0; tried < TRIES; tried += 1) {
    await closeOtherPages(app, { ids, amountMinor: amountMinor ?? openOf(invoices) })
    const begun = await app.transaction(actor, async (tx) => {
      const locked = await lockPayable(tx, actor, ids)
      const pending = await listPending(tx.db, ids)
      // A page that has done its part, as for a direct debit that takes days, is no place to pay a second time.
      if (pending.some(isUnderWay)) throw underWay()
      // What was open may have been paid in part since it was looked at.
      if (amountMinor !== undefined) requirePart(app.paymentGateway, locked[0], amountMinor)
      const wanted = { ids, amountMinor: amountMinor ?? openOf(locked) }
      const [same] = pending
      if (same) return isFor(same, wanted) ? same : undefined
      return beginPayment(tx, {
        documents: locked,
        channel: 'checkout',
        amountMinor,
        expiresAt: app.clock.wallClock().add({ hours: OPEN_HOURS }),
      })
    })
    if (begun) return begun
  }
  throw underWay()
}

type Wanted = { ids: readonly string[]; amountMinor: bigint }

/** A page for other documents or another amount, or one about to close, is settled first so that a new one may begin. */
async function closeOtherPages(app: App, wanted: Wanted): Promise<void> {
  for (const pending of await listPending(app.db, wanted.ids)) {
    if (pending.channel !== 'checkout') continue
    const useful = pending.expiresAt.subtract({ minutes: USEFUL_MINUTES })
    const isOver = Temporal.Instant.compare(app.clock.wallClock(), useful) >= 0
    if (isFor(pending, wanted) && !isOver) continue
    const { outcome } = await settlePayment(app, pending.id, 'close')
    // Somebody pays there this very moment.
    if (!isFor(pending, wanted) && outcome === 'open') throw underWay()
  }
}

const isFor = (pending: Pending, { ids, amountMinor }: Wanted): boolean =>
  pending.amountMinor === amountMinor &&
  pending.documents.length === ids.length &&
  ids.every((id) => pending.documents.includes(id))
