import type { App } from '#app/app.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCredit } from './apply-credit.ts'
import { beginPayment } from './begin-payment.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { chargePayment } from './charge-payment.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { can } from '#platform/state-machine.ts'

/** What became of an attempt to collect by ourselves; only `charging` goes on. */
export type Collected = 'paid' | 'charging' | 'pending' | 'no_method' | 'refused_for_good' | 'too_small' | 'not_open'

/** The gateway forgets a key after a day. */
export const HOURS_A_KEY_IS_KEPT = 23

/**
 * Collects an open document without its customer: first from their credit, then from the way to pay they saved as their
 * default, unless they want no automatic payment or their bank said that this card must not be tried again. The charge itself
 * is a job. A rest that is less than the gateway charges stays open.
 */
export async function collectInvoice(
  app: Pick<App, 'clock' | 'paymentGateway'>,
  tx: Tx,
  input: { invoiceId: string },
): Promise<Collected> {
  const invoice = await lockInvoice(tx, input.invoiceId)
  if (!can(invoiceMachine, invoice, 'pay')) return 'not_open'
  if (await findPendingPayment(tx.db, invoice.id)) return 'pending'
  await applyCredit(tx, invoice, app.paymentGateway)
  const left = await lockInvoice(tx, invoice.id)
  if (!can(invoiceMachine, left, 'pay')) return 'paid'
  if (isTooSmall(app, left)) return 'too_small'
  const method = await findDefaultMethod(tx, left)
  if (!method) return 'no_method'
  if (method.advice === 'do_not_try_again') return 'refused_for_good'
  const payment = await beginPayment(tx, {
    documents: [left],
    channel: 'saved_method',
    paymentMethodId: method.id,
    // From now on the gateway remembers the attempt.
    expiresAt: app.clock.wallClock().add({ hours: HOURS_A_KEY_IS_KEPT }),
  })
  await tx.enqueue(chargePayment, { paymentId: payment.id })
  return 'charging'
}

/** Whether what is open of a document is less than the gateway charges: nobody can pay it by card, and nothing is ended for it. */
export const isTooSmall = (
  { paymentGateway }: Pick<App, 'paymentGateway'>,
  { totalMinor, paidMinor, currency }: Pick<Invoice, 'totalMinor' | 'paidMinor' | 'currency'>,
): boolean => totalMinor - paidMinor < paymentGateway.leastMinor(currency)

/** The way to pay that is charged, with what the bank advised after it was refused last; undefined when nothing is. */
async function findDefaultMethod(
  tx: Tx,
  { customerId }: Invoice,
): Promise<{ id: string; advice: string | null } | undefined> {
  const method = await tx.db
    .selectFrom('paymentMethods')
    .innerJoin('customers', 'customers.id', 'paymentMethods.customerId')
    .select('paymentMethods.id')
    .where('customers.id', '=', customerId)
    .where('customers.autoPay', '=', true)
    .where('paymentMethods.isDefault', '=', true)
    .where('paymentMethods.forgottenAt', 'is', null)
    .executeTakeFirst()
  if (!method) return undefined
  const last = await tx.db
    .selectFrom('payments')
    .select('advice')
    .where('customerId', '=', customerId)
    .where('paymentMethodId', '=', method.id)
    .where('state', '<>', 'pending')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { id: method.id, advice: last?.advice ?? null }
}
