import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { judgeAdopted } from './adoption/judge-adopted.ts'
import type { RawObject } from './gateway-mirror.ts'
import { mirrorEvent } from './mirror-event.ts'
import { mismatchIdOf } from './hold-mismatch.ts'
import type { Payment } from './payment.ts'
import type { Checkout } from './payment-gateway.ts'
import { settleCharge } from './charge-payment.ts'
import { recordMethodSetup } from './save-new-method.ts'
import { ABOUT_MONEY_BACK, judgeMoneyBack, type Verdict } from './judge-money-back.ts'
import { recordCheckout } from './settle-payment.ts'
import type { Settlement } from './settlement.ts'

type GatewayEventRow = Schema['gatewayEvents']

const actor = system('stripe')
const ABOUT_CHECKOUT = /^checkout\.session\.|^payment_intent\.(payment_failed|succeeded|canceled|mismatch)$/

/** Works one stored message: fetches what it speaks of and acts on its present state, so order does not matter. */
export const processGatewayEvent = job({
  name: 'billing.process-gateway-event',
  queue: 'billing',
  payload: z.object({ gatewayEventId: z.string() }),
  async run(app, { gatewayEventId }) {
    const event = await app.db
      .selectFrom('gatewayEvents')
      .selectAll()
      .where('id', '=', gatewayEventId)
      .executeTakeFirstOrThrow()
    if (event.state !== 'received') return
    const verdict = await judge(app, event)
    await app.transaction(actor, async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable('gatewayEvents')
        .set({ state: verdict.state, note: verdict.note, processedAt: tx.now, object: null })
        .where('id', '=', event.id)
        .where('state', '=', 'received')
        .executeTakeFirst()
      if (numUpdatedRows > 0n) await copyObject(app, tx, event)
      if (numUpdatedRows > 0n && verdict.state === 'suspense')
        await tx.emit('gateway_event.suspense', event.id, { after: { type: event.type, note: verdict.note } })
    })
  },
})

/** What another account or mode tells is none of ours. */
async function copyObject(app: App, tx: Tx, event: GatewayEventRow): Promise<void> {
  const { account, livemode, createdAt } = event
  const object = event.object as RawObject | null
  if (account !== null || livemode !== app.config.stripe.live || !object || !createdAt) return
  await mirrorEvent(tx, { type: event.type, object, createdAt })
}

async function judge(app: App, event: GatewayEventRow): Promise<Verdict> {
  if (event.account !== null) return { state: 'ignored', note: 'It is of another account.' }
  if (event.livemode !== app.config.stripe.live)
    return { state: 'suspense', note: event.livemode ? 'It is of live mode.' : 'It is of test mode.' }
  if (event.gatewaySubscriptionId !== null) return judgeAdopted(app, event.gatewaySubscriptionId)
  if (ABOUT_MONEY_BACK.test(event.type)) return judgeMoneyBack(app, event)
  if (!ABOUT_CHECKOUT.test(event.type)) return { state: 'ignored', note: null }
  const payment = await paymentOf(app, event)
  if (!payment) return judgeOther(app, event)
  if (payment.channel === 'saved_method') return judgeCharge(app, event, payment)
  if (event.type === 'payment_intent.payment_failed') return noteRefusal(app, event, payment)
  const sessionId = event.checkoutSessionId ?? payment.sessionId
  if (sessionId === null) return { state: 'processed', note: null }
  const checkout = await app.paymentGateway.getCheckout(sessionId)
  if (payment.sessionId !== null && payment.sessionId !== sessionId) return judgeOtherPage(payment, checkout)
  const settlement = await recordCheckout(app, payment, checkout)
  const isHeld = checkout.state === 'complete' && checkout.paid && payment.state !== 'succeeded'
  return isHeld ? heldOr(event, payment, settlement) : verdictOf(settlement)
}

/** A page without a payment may be one where somebody saved a way to pay. */
async function judgeOther(app: App, event: GatewayEventRow): Promise<Verdict> {
  const saved =
    event.checkoutSessionId !== null &&
    (await recordMethodSetup(app, await app.paymentGateway.getMethodSetup(event.checkoutSessionId))) === 'saved'
  return saved
    ? { state: 'processed', note: 'payment method saved' }
    : { state: 'ignored', note: 'It belongs to no payment of ours.' }
}

/** A charge of a saved method has no page: what the gateway says of it now counts. */
async function judgeCharge(app: App, event: GatewayEventRow, payment: Payment): Promise<Verdict> {
  if (payment.state === 'succeeded') return { state: 'processed', note: 'paid' }
  return heldOr(event, payment, await settleCharge(app, payment))
}

/** What does not fit staff have already, under the attempt's own name. */
const heldOr = (event: GatewayEventRow, payment: Payment, settlement: Settlement): Verdict =>
  settlement.outcome === 'mismatch' && event.id !== mismatchIdOf(payment)
    ? { state: 'processed', note: `Not taken as ours: ${settlement.note}.` }
    : verdictOf(settlement)

const verdictOf = (settlement: Settlement): Verdict =>
  settlement.outcome === 'mismatch'
    ? { state: 'suspense', note: `Not taken as ours: ${settlement.note}.` }
    : { state: 'processed', note: settlement.outcome }

/** A page that names our payment and is not the one we sent the customer to. Money on it is nobody's until staff decide. */
const judgeOtherPage = (payment: Payment, checkout: Checkout): Verdict =>
  checkout.paid
    ? { state: 'suspense', note: `Money came on page ${checkout.sessionId}, not on that of ${payment.id}.` }
    : { state: 'ignored', note: 'It is of a page that nobody was sent to.' }

/**
 * Finds the attempt by the page it was made on. A page whose opening we never heard back from is known to the gateway
 * alone: it names the payment.
 */
async function paymentOf(app: App, event: GatewayEventRow): Promise<Payment | undefined> {
  const sessionId = event.checkoutSessionId
  if (sessionId !== null) {
    const known = await app.db.selectFrom('payments').selectAll().where('sessionId', '=', sessionId).executeTakeFirst()
    if (known) return known
    const { paymentId } = await app.paymentGateway.getCheckout(sessionId)
    if (paymentId === undefined) return undefined
    return app.db.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirst()
  }
  if (event.paymentId === null) return undefined
  return app.db.selectFrom('payments').selectAll().where('id', '=', event.paymentId).executeTakeFirst()
}

/** A card was refused while the page stays open: remembered for whoever is asked about it; nothing else changes. */
async function noteRefusal(app: App, event: GatewayEventRow, payment: Payment): Promise<Verdict> {
  await app.transaction(actor, async (tx) => {
    const changed = await tx.db
      .updateTable('payments')
      .set({ failureCode: event.failureCode, updatedAt: tx.now })
      .where('id', '=', payment.id)
      .where('state', '=', 'pending')
      .returning('id')
      .executeTakeFirst()
    if (changed)
      await tx.emit('payment.card_refused', payment.id, {
        customerId: payment.customerId,
        after: { failureCode: event.failureCode },
      })
  })
  return { state: 'processed', note: 'card refused' }
}
