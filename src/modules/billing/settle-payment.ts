import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockPaidDocuments } from './apply-payment.ts'
import { lockPayment } from './billing-queries.ts'
import { settleCharge } from './charge-payment.ts'
import { endAttempt } from './end-attempt.ts'
import { holdMismatch } from './hold-mismatch.ts'
import type { Settlement } from './settlement.ts'
import { succeedPayment } from './succeed-payment.ts'
import { type Payment, paymentMachine } from './payment.ts'
import type { Checkout } from './payment-gateway.ts'
import { savePaymentMethod } from './save-payment-method.ts'

const actor = system('billing')

/**
 * Asks the gateway how an attempt stands now and records it; `close` first shuts its page so that nobody can pay on it
 * any more. Safe to run twice and late: only what the gateway says now counts. Throws `payment_gateway_unavailable`.
 */
export async function settlePayment(app: App, paymentId: string, action: 'look' | 'close'): Promise<Settlement> {
  const payment = await app.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirstOrThrow()
  if (payment.state === 'succeeded') return { outcome: 'paid' }
  if (payment.channel === 'saved_method') return settleCharge(app, payment)
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
    await lockPaidDocuments(tx, payment.id)
    const locked = await lockPayment(tx, payment.id)
    if (locked.state === 'pending' && locked.sessionId === null)
      await endAttempt(tx, locked, { failureCode: 'not_opened' })
  })
  return { outcome: 'failed' }
}

/** Records what the gateway says of an attempt, after checking that it speaks of the same customer, invoice and money. */
export async function recordCheckout(app: App, payment: Payment, checkout: Checkout): Promise<Settlement> {
  const note = mismatchOf(app, payment, checkout)
  if (note) {
    // On a page that is over nobody can pay any more, so it holds its documents no longer.
    if (checkout.state !== 'open') await endMismatched(app, payment, checkout, note)
    return { outcome: 'mismatch', note }
  }
  if (checkout.state === 'open') return { outcome: 'open' }
  if (checkout.state === 'complete' && !checkout.paid) return { outcome: 'open' }
  return app.transaction(actor, async (tx) => {
    const documents = await lockPaidDocuments(tx, payment.id)
    const locked = await lockPayment(tx, payment.id)
    if (locked.state === 'succeeded') return { outcome: 'paid' }
    if (checkout.state === 'expired') {
      if (can(paymentMachine, locked, 'fail'))
        await endAttempt(tx, locked, { failureCode: locked.failureCode ?? 'expired' })
      return { outcome: 'failed' }
    }
    const succeeded = await succeedPayment(tx, locked, documents, checkout.gatewayPaymentId ?? null)
    await saveCard(tx, succeeded, checkout)
    return { outcome: 'paid' }
  })
}

/** Money that somebody paid there is held for staff, once; without any, the attempt only ends. */
const endMismatched = (app: App, { id }: Payment, checkout: Checkout, note: string): Promise<void> =>
  app.transaction(actor, async (tx) => {
    await lockPaidDocuments(tx, id)
    const locked = await lockPayment(tx, id)
    const { state, paid, sessionId, livemode } = checkout
    if (state === 'complete' && paid && locked.state !== 'succeeded')
      return holdMismatch(tx, locked, { gatewayPaymentId: checkout.gatewayPaymentId ?? sessionId, livemode, note })
    if (state === 'expired' && can(paymentMachine, locked, 'fail'))
      await endAttempt(tx, locked, { failureCode: 'mismatch' })
  })

function mismatchOf(app: App, payment: Payment, checkout: Checkout): string | undefined {
  const { live } = app.config.stripe
  if (checkout.paymentId !== payment.id) return `it names payment ${checkout.paymentId ?? 'none'}`
  if (checkout.invoiceId !== (payment.invoiceId ?? undefined)) return `it names invoice ${checkout.invoiceId ?? 'none'}`
  if (checkout.customerId !== payment.customerId) return `it names customer ${checkout.customerId ?? 'none'}`
  if (checkout.currency !== payment.currency) return `it is in ${checkout.currency}, not in ${payment.currency}`
  if (checkout.amountMinor !== payment.amountMinor)
    return `it is over ${checkout.amountMinor}, not over ${payment.amountMinor} ${payment.currency}`
  if (checkout.livemode !== live) return live ? 'it is of test mode' : 'it is of live mode'
  return undefined
}

async function saveCard(tx: Tx, payment: Payment, { card }: Checkout): Promise<void> {
  if (card) await savePaymentMethod(tx, payment.customerId, { ...card, kind: 'card' })
}
