import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockInvoice, lockPayment } from './billing-queries.ts'
import { invoiceMachine } from './invoice.ts'
import { invoiceEarned, paymentReceived, post, surplusReceived } from './ledger.ts'
import { type Payment, paymentMachine } from './payment.ts'
import type { Checkout } from './payment-gateway.ts'

/** How an attempt stands after asking the gateway. `mismatch` says why money of the gateway's cannot be taken as ours. */
export type Settlement = { outcome: 'open' | 'paid' | 'failed' } | { outcome: 'mismatch'; note: string }

const actor = system('billing')

/**
 * Asks the gateway how an attempt stands now and records it; `close` first shuts its page so that nobody can pay on it
 * any more. Safe to run twice and late: only what the gateway says now counts. Throws `payment_gateway_unavailable`.
 */
export async function settlePayment(app: App, paymentId: string, action: 'look' | 'close'): Promise<Settlement> {
  const payment = await app.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirstOrThrow()
  if (payment.state === 'succeeded') return { outcome: 'paid' }
  if (payment.sessionId === null) return settleUnopened(app, payment, action)
  const checkout =
    action === 'close'
      ? await app.paymentGateway.expireCheckout(payment.sessionId)
      : await app.paymentGateway.getCheckout(payment.sessionId)
  return recordCheckout(app, payment, checkout)
}

/**
 * A page that we know no id of may still have been opened, if its answer was lost: opening it again with the same key
 * tells. Nobody was sent there, so closing the attempt without it is safe only once the gateway has closed the page.
 */
async function settleUnopened(app: App, payment: Payment, action: 'look' | 'close'): Promise<Settlement> {
  if (action === 'look' && payment.state === 'pending') return { outcome: 'open' }
  if (payment.state === 'failed') return { outcome: 'failed' }
  await app.transaction(actor, async (tx) => {
    await lockInvoice(tx, payment.invoiceId)
    const locked = await lockPayment(tx, payment.id)
    if (locked.state === 'pending' && locked.sessionId === null)
      await transition(tx, paymentMachine, locked, 'fail', { failureCode: 'not_opened' })
  })
  return { outcome: 'failed' }
}

/** Records what the gateway says of an attempt, after checking that it speaks of the same customer, invoice and money. */
export async function recordCheckout(app: App, payment: Payment, checkout: Checkout): Promise<Settlement> {
  const note = mismatchOf(app, payment, checkout)
  if (note) return { outcome: 'mismatch', note }
  if (checkout.state === 'open') return { outcome: 'open' }
  if (checkout.state === 'complete' && !checkout.paid) return { outcome: 'open' }
  return app.transaction(actor, async (tx) => {
    const invoice = await lockInvoice(tx, payment.invoiceId)
    const locked = await lockPayment(tx, payment.id)
    if (locked.state === 'succeeded') return { outcome: 'paid' }
    if (checkout.state === 'expired') {
      if (can(paymentMachine, locked, 'fail'))
        await transition(tx, paymentMachine, locked, 'fail', { failureCode: locked.failureCode ?? 'expired' })
      return { outcome: 'failed' }
    }
    const succeeded = await transition(tx, paymentMachine, locked, 'succeed', {
      gatewayPaymentId: checkout.gatewayPaymentId ?? null,
      failureCode: null,
    })
    await saveCard(tx, succeeded, checkout)
    if (can(invoiceMachine, invoice, 'pay') && invoice.paidMinor + succeeded.amountMinor === invoice.totalMinor) {
      await transition(tx, invoiceMachine, invoice, 'pay', { paidAt: tx.now, paidMinor: invoice.totalMinor })
      await post(tx, [invoiceEarned(invoice), paymentReceived(succeeded)])
    } else {
      // Nothing is revived: the money is the customer's, and staff decide with them.
      await post(tx, [surplusReceived(succeeded)])
      await tx.emit('payment.surplus', succeeded.id, {
        customerId: succeeded.customerId,
        after: { invoiceId: invoice.id, invoiceState: invoice.state },
      })
    }
    return { outcome: 'paid' }
  })
}

function mismatchOf(app: App, payment: Payment, checkout: Checkout): string | undefined {
  const { live } = app.config.stripe
  if (checkout.paymentId !== payment.id) return `it names payment ${checkout.paymentId ?? 'none'}`
  if (checkout.invoiceId !== payment.invoiceId) return `it names invoice ${checkout.invoiceId ?? 'none'}`
  if (checkout.customerId !== payment.customerId) return `it names customer ${checkout.customerId ?? 'none'}`
  if (checkout.currency !== payment.currency) return `it is in ${checkout.currency}, not in ${payment.currency}`
  if (checkout.amountMinor !== payment.amountMinor)
    return `it is over ${checkout.amountMinor}, not over ${payment.amountMinor} ${payment.currency}`
  if (checkout.livemode !== live) return live ? 'it is of test mode' : 'it is of live mode'
  return undefined
}

async function saveCard(tx: Tx, payment: Payment, { card }: Checkout): Promise<void> {
  if (!card) return
  await tx.db
    .insertInto('paymentMethods')
    .values({ id: newId('pmt'), customerId: payment.customerId, gateway: payment.gateway, ...card, createdAt: tx.now })
    .onConflict((conflict) => conflict.columns(['customerId', 'gateway', 'gatewayMethodId']).doNothing())
    .execute()
}
