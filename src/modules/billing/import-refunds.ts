import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { job } from '#platform/queue.ts'
import { lockPaidDocuments } from './apply-payment.ts'
import { beginRefund } from './begin-refund.ts'
import { lockPayment } from './billing-queries.ts'
import { succeedRefund } from './end-refund.ts'
import type { Payment } from './payment.ts'
import type { GatewayRefund } from './payment-gateway.ts'
import { planRefund } from './refund-plan.ts'
import { type Recorded, recordRefund } from './record-refund.ts'
import type { Refund } from './refund.ts'

const actor = system('stripe')
/** What the credit note gives as reason, in the customer's language. */
const REASONS: Record<Locale, string> = { en: 'Refund', de: 'Erstattung' }

/**
 * `refund.failed` → what it held back is free: refunds made in the gateway's dashboard that did not fit beside it are taken
 * over now.
 */
export const importHeldRefunds = job({
  name: 'billing.import-held-refunds',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId }) {
    const payment = await app.db
      .selectFrom('payments')
      .innerJoin('refunds', 'refunds.paymentId', 'payments.id')
      .selectAll('payments')
      .where('refunds.id', '=', subjectId)
      .executeTakeFirstOrThrow()
    if (payment.gatewayPaymentId !== null) await importRefunds(app, payment)
  },
})

/**
 * Takes over every refund that the gateway has of a payment, ours and those made in its dashboard, as they stand now; twice or
 * in any order it has one effect. Gives what could not be taken over, in words. Throws `payment_gateway_unavailable`.
 */
export async function importRefunds(app: App, payment: Payment): Promise<string[]> {
  const notes: string[] = []
  for (const said of await app.paymentGateway.listRefunds(payment.gatewayPaymentId!)) {
    const recorded = await importRefund(app, payment, said)
    if (recorded.outcome === 'waits') notes.push(recorded.note)
  }
  return notes
}

async function importRefund(app: App, payment: Payment, said: GatewayRefund): Promise<Recorded> {
  const known = await findKnown(app, said)
  if (known) return recordRefund(app, known, said)
  // One that failed before we heard of it moved nothing.
  if (said.state === 'failed' || said.state === 'cancelled') return { outcome: 'recorded' }
  if (said.livemode !== app.config.stripe.live) return { outcome: 'waits', note: 'it is of another mode' }
  if (said.currency !== payment.currency)
    return { outcome: 'waits', note: `it is in ${said.currency}, not in ${payment.currency}` }
  return insertImported(app, payment, said)
}

/** Ours names its own id; one of the dashboard is known by the gateway's. */
async function findKnown(app: App, { gatewayRefundId, refundId }: GatewayRefund): Promise<Refund | undefined> {
  return app.db
    .selectFrom('refunds')
    .selectAll()
    .where((where) => where.or([where('gatewayRefundId', '=', gatewayRefundId), where('id', '=', refundId ?? '')]))
    .executeTakeFirst()
}

const insertImported = (app: App, { id }: Payment, said: GatewayRefund): Promise<Recorded> =>
  app.transaction(actor, async (tx) => {
    const documents = await lockPaidDocuments(tx, id)
    const payment = await lockPayment(tx, id)
    const { gatewayRefundId, amountMinor } = said
    const there = await tx.db
      .selectFrom('refunds')
      .select('id')
      .where('gatewayRefundId', '=', gatewayRefundId)
      .executeTakeFirst()
    if (there) return { outcome: 'recorded' }
    if (payment.state !== 'succeeded') return { outcome: 'waits', note: `payment ${id} is ${payment.state}` }
    if (amountMinor > payment.amountMinor - payment.refundedMinor)
      return {
        outcome: 'waits',
        note: `${gatewayRefundId} does not fit beside the refunds of ${id} that are under way`,
      }
    const plan = await planRefund(tx, payment, { amountMinor, useCredit: true })
    const { locale } = await tx.db
      .selectFrom('customers')
      .select('locale')
      .where('id', '=', payment.customerId)
      .executeTakeFirstOrThrow()
    const about = { amountMinor, reason: REASONS[locale], destination: 'gateway', service: 'keep' } as const
    const refund = await beginRefund(tx, payment, plan, { ...about, gatewayRefundId })
    if (said.state === 'succeeded') await succeedRefund(tx, { refund, documents }, gatewayRefundId)
    return { outcome: 'recorded' }
  })
