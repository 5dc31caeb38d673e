import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Approval } from '#modules/accounts/approval.ts'
import { askApproval, requestApproval } from '#modules/accounts/ask-approval.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { readSetting } from '#modules/accounts/settings.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockPaidDocuments } from './apply-payment.ts'
import { beginRefund } from './begin-refund.ts'
import { lockPayment } from './billing-queries.ts'
import { isContested } from './dispute.ts'
import { succeedRefund } from './end-refund.ts'
import type { Invoice } from './invoice.ts'
import { moneyAccount } from './ledger.ts'
import type { Payment } from './payment.ts'
import { planRefund, type RefundPlan } from './refund-plan.ts'
import type { Refund } from './refund.ts'
import { sendRefund } from './send-refund.ts'

/** As it waits for a second colleague, too: amounts are minor units of the payment's currency, written as text there. */
export const RefundPaymentInput = z.strictObject({
  paymentId: z.string(),
  amountMinor: z.coerce.bigint().positive(),
  currency: z.string(),
  reason: z.string().trim().min(1).max(200),
  destination: z.enum(['gateway', 'credit', 'by_hand']),
  service: z.enum(['keep', 'suspend', 'terminate']),
  /** The one document to correct, when the payment was for several. */
  invoiceId: z.string().optional(),
  /** What the transfer by hand is known by. */
  reference: z.string().trim().min(1).max(100).optional(),
  /** Of the form it is asked on: sent twice, it is made once. */
  requestKey: z.string().optional(),
})
export type RefundPaymentInput = z.output<typeof RefundPaymentInput>

type Begun = { approvalId: string | null; refund: Refund | null }
type Prepared = { payment: Payment; documents: Invoice[]; plan: RefundPlan }

/**
 * Staff: sends money of a payment back, wholly or partly: to where it came from (a job asks the gateway), to the customer's
 * credit, or by hand. The documents it paid are corrected once the money is on its way. Where the house wants a second
 * colleague, one is asked for instead. Throws `permission_denied`, `confirmation_needed`, `approval_pending`,
 * `payment_not_found`, `payment_not_refundable`, `payment_disputed`, `refund_too_high`, `refund_reference_missing`.
 */
export async function refundPayment(app: App, actor: Actor, input: RefundPaymentInput): Promise<Begun> {
  requireRights(actor, input)
  requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    const prepared = await prepare(tx, input)
    const made = await findByKey(tx, input)
    if (made) return { approvalId: null, refund: made }
    requireFit(input, prepared)
    const { paymentId, requestKey: _, ...rest } = input
    const request = {
      act: 'payment.refund',
      subjectId: paymentId,
      customerId: prepared.payment.customerId,
      input: { paymentId, ...rest, amountMinor: String(input.amountMinor) },
    } as const
    const approval = (await askApproval(tx, request)) ?? (await askForTermination(tx, request, input))
    if (approval) return { approvalId: approval.id, refund: null }
    return { approvalId: null, refund: await start(tx, prepared, input, {}) }
  })
}

/** The same within the transaction of whoever agreed to it. */
export async function refundApproved(tx: Tx, input: RefundPaymentInput, extra: object): Promise<void> {
  requireRights(tx.actor, input)
  const prepared = await prepare(tx, input)
  requireFit(input, prepared)
  await start(tx, prepared, input, extra)
}

/** What needs a second colleague by itself does so together with a refund, too. */
async function askForTermination(
  tx: Tx,
  request: Parameters<typeof requestApproval>[1],
  { service }: RefundPaymentInput,
): Promise<Approval | null> {
  if (service !== 'terminate' || tx.actor.kind !== 'staff') return null
  const acts = await readSetting(tx.db, 'approvals.acts')
  return acts.includes('service.terminate') ? requestApproval(tx, request, tx.actor.userId) : null
}

function requireRights(actor: Actor, { service }: Pick<RefundPaymentInput, 'service'>): void {
  requirePermission(actor, 'payment.refund')
  if (service === 'suspend') requirePermission(actor, 'service.suspend')
  if (service === 'terminate') requirePermission(actor, 'service.terminate')
}

const findByKey = async (tx: Tx, { requestKey }: RefundPaymentInput): Promise<Refund | undefined> =>
  requestKey === undefined
    ? undefined
    : tx.db.selectFrom('refunds').selectAll().where('requestKey', '=', requestKey).executeTakeFirst()

async function prepare(tx: Tx, input: RefundPaymentInput): Promise<Prepared> {
  const documents = await lockPaidDocuments(tx, input.paymentId)
  const payment = await lockPayment(tx, input.paymentId)
  if (payment.state !== 'succeeded') throw notRefundable('This payment brought no money that could be sent back.')
  if (await isContested(tx, payment.id))
    throw new Problem(
      'conflict',
      'payment_disputed',
      'The bank is deciding about this payment or has taken it back. It cannot be refunded besides.',
    )
  if (payment.currency !== input.currency) throw notRefundable(`This payment is in ${payment.currency}.`)
  const wantsGateway = input.destination === 'gateway'
  if (wantsGateway && (payment.gatewayPaymentId === null || moneyAccount(payment) !== 'clearing'))
    throw notRefundable('This payment did not come through the payment gateway. Refund it by hand or to credit.')
  const wanted = documents.find(({ id }) => id === input.invoiceId)
  const useCredit = input.destination !== 'credit' && (input.invoiceId === undefined || wanted?.purpose === 'topup')
  return { payment, documents, plan: await planRefund(tx, payment, { ...input, useCredit }) }
}

function requireFit(input: RefundPaymentInput, { payment, documents, plan }: Prepared): void {
  if (input.destination === 'by_hand' && input.reference === undefined)
    throw new Problem('invalid', 'refund_reference_missing', 'Say what the transfer is known by at the bank.')
  const boughtCredit = documents.some(({ purpose }) => purpose === 'topup')
  if (boughtCredit && plan.goodwillMinor > 0n && input.destination === 'credit')
    throw notRefundable('What this payment bought is credit already. Send it to where it came from, or by hand.')
  if (boughtCredit && plan.goodwillMinor > 0n)
    throw new Problem(
      'conflict',
      'refund_too_high',
      'This payment bought credit. Only what is left of that credit can be sent back.',
    )
  if (input.amountMinor > payment.amountMinor - payment.refundedMinor || plan.goodwillMinor > 0n)
    throw new Problem(
      'conflict',
      'refund_too_high',
      'That is more than can be refunded of this payment. What was paid on an invoice that is still open becomes credit once the invoice is voided.',
    )
}

async function start(
  tx: Tx,
  { payment, documents, plan }: Prepared,
  input: RefundPaymentInput,
  extra: object,
): Promise<Refund> {
  const { amountMinor, reason, destination, service, reference, requestKey } = input
  const about = { amountMinor, reason, destination, service, reference, requestKey, extra }
  const refund = await beginRefund(tx, payment, plan, about)
  if (destination !== 'gateway') return succeedRefund(tx, { refund, documents }, null)
  await tx.enqueue(sendRefund, { refundId: refund.id })
  return refund
}

const notRefundable = (message: string): Problem => new Problem('conflict', 'payment_not_refundable', message)
