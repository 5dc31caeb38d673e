import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { lockPaidDocuments } from './apply-payment.ts'
import { lockPayment } from './billing-queries.ts'
import { endAttempt } from './end-attempt.ts'
import { ensureGatewayCustomer } from './ensure-gateway-customer.ts'
import { holdMismatch } from './hold-mismatch.ts'
import { type Payment, paymentMachine } from './payment.ts'
import type { Charge } from './payment-gateway.ts'
import type { Settlement } from './settlement.ts'
import { succeedPayment } from './succeed-payment.ts'

const actor = system('billing')

/** Charges a saved way to pay, or finds out what became of it. */
export const chargePayment = job({
  name: 'billing.charge-payment',
  queue: 'charges',
  payload: z.object({ paymentId: z.string() }),
  async run(app, { paymentId }) {
    const payment = await app.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirst()
    if (payment?.state === 'pending') await settleCharge(app, payment)
  },
})

/**
 * Brings an attempt with a saved method to its end: asks the gateway to charge it, with the payment's id as key so that a lost
 * answer is met by asking again, and records what it says. Once the gateway may have forgotten the key, the charge is looked
 * for instead and never sent again. Throws `payment_gateway_unavailable`.
 */
export async function settleCharge(app: App, payment: Payment): Promise<Settlement> {
  const charge = payment.gatewayPaymentId
    ? await app.paymentGateway.getCharge(payment.gatewayPaymentId)
    : await chargeOnce(app, payment)
  if (charge) return recordCharge(app, payment, charge)
  await app.transaction(actor, async (tx) => {
    await lockPaidDocuments(tx, payment.id)
    const locked = await lockPayment(tx, payment.id)
    if (can(paymentMachine, locked, 'fail')) await endAttempt(tx, locked, { failureCode: 'not_charged' })
  })
  return { outcome: 'failed' }
}

async function chargeOnce(app: App, payment: Payment): Promise<Charge | undefined> {
  const gatewayCustomerId = await ensureGatewayCustomer(app, actor, payment.customerId)
  const findMade = async (): Promise<Charge | undefined> =>
    (await app.paymentGateway.findCharges({ gatewayCustomerId, paymentId: payment.id }))[0]
  if (Temporal.Instant.compare(app.clock.wallClock(), payment.expiresAt) >= 0) return findMade()
  const method = await app.db
    .selectFrom('paymentMethods')
    .select('gatewayMethodId')
    .where('id', '=', payment.paymentMethodId)
    .executeTakeFirst()
  // Removed before it was charged: nothing was sent under this key, or a charge of it stands at the gateway.
  if (!method) return findMade()
  const asked = app.paymentGateway.charge({
    key: payment.id,
    gatewayCustomerId,
    gatewayMethodId: method.gatewayMethodId,
    paymentId: payment.id,
    customerId: payment.customerId,
    invoiceId: payment.invoiceId ?? undefined,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    description: await describePaid(app, payment),
  })
  return asked.catch((error: unknown) => {
    // Such as for a card that was deleted at the gateway. Asking again ends no better, and would hold the document for ever.
    if (isProblem(error) && error.code === 'payment_refused') return findMade()
    throw error
  })
}

/**
 * What is paid for, as people who look at the gateway read it. Lines never change, so a charge that is asked for again is asked
 * for in the same words.
 */
async function describePaid(app: App, { id }: Payment): Promise<string> {
  const lines = await app.db
    .selectFrom('paymentAllocations')
    .innerJoin('invoiceLines', 'invoiceLines.invoiceId', 'paymentAllocations.invoiceId')
    .select('invoiceLines.description')
    .where('paymentAllocations.paymentId', '=', id)
    .orderBy('invoiceLines.invoiceId')
    .orderBy('invoiceLines.position')
    .execute()
  return [...new Set(lines.map(({ description }) => description))].join(', ') || id
}

/** Records what the gateway says of a charge, after checking that it speaks of the same customer and money; else it ends in suspense. */
async function recordCharge(app: App, payment: Payment, charge: Charge): Promise<Settlement> {
  const note = mismatchOf(app, payment, charge)
  return app.transaction(actor, async (tx): Promise<Settlement> => {
    const documents = await lockPaidDocuments(tx, payment.id)
    const locked = await lockPayment(tx, payment.id)
    if (locked.state === 'succeeded') return { outcome: 'paid' }
    if (note) {
      const { livemode, gatewayPaymentId: objectId } = charge
      await holdMismatch(tx, locked, { object: 'payment_intent', objectId, livemode, note })
      return { outcome: 'mismatch', note, held: true }
    }
    if (charge.state === 'succeeded') {
      await succeedPayment(tx, locked, documents, charge.gatewayPaymentId)
      return { outcome: 'paid' }
    }
    if (charge.state === 'processing') {
      await noteProcessing(tx.db, locked, charge, tx.now)
      return { outcome: 'open' }
    }
    const failureCode = charge.state === 'needs_authentication' ? 'authentication_required' : charge.failureCode
    if (can(paymentMachine, locked, 'fail'))
      await endAttempt(tx, locked, { failureCode: failureCode ?? 'card_declined', advice: charge.advice ?? null })
    return { outcome: 'failed' }
  })
}

const noteProcessing = (db: App['db'], { id }: Payment, charge: Charge, now: Temporal.Instant): Promise<unknown> =>
  db
    .updateTable('payments')
    .set({ gatewayPaymentId: charge.gatewayPaymentId, updatedAt: now })
    .where('id', '=', id)
    .execute()

function mismatchOf(app: App, payment: Payment, charge: Charge): string | undefined {
  const { live } = app.config.stripe
  if (charge.paymentId !== payment.id) return `it names payment ${charge.paymentId ?? 'none'}`
  if (charge.customerId !== payment.customerId) return `it names customer ${charge.customerId ?? 'none'}`
  if (charge.currency !== payment.currency) return `it is in ${charge.currency}, not in ${payment.currency}`
  if (charge.amountMinor !== payment.amountMinor)
    return `it is over ${charge.amountMinor}, not over ${payment.amountMinor} ${payment.currency}`
  if (charge.livemode !== live) return live ? 'it is of test mode' : 'it is of live mode'
  return undefined
}
