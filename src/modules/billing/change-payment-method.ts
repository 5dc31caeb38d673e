import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { z } from 'zod'

type PaymentMethod = Schema['paymentMethods']

/** Makes a saved way to pay the one that is charged by itself. Throws `payment_method_not_found`. */
export async function makeDefaultMethod(app: App, actor: Actor, input: { paymentMethodId: string }): Promise<void> {
  requireRight(actor, 'invoice.pay')
  await app.transaction(actor, async (tx) => {
    const method = await lockMethod(tx, actingCustomerId(actor), input.paymentMethodId)
    if (method.isDefault) return
    await chargeFromNowOn(tx, method)
  })
}

/**
 * Removes a saved way to pay, here at once and at the gateway by a job; the newest of the others is charged instead. Throws
 * `payment_method_not_found`, `payment_method_needed` when it is the last one and something renews with it,
 * `payment_method_charged` when the gateway charges it by itself.
 */
export async function forgetPaymentMethod(app: App, actor: Actor, input: { paymentMethodId: string }): Promise<void> {
  requireRight(actor, 'invoice.pay')
  const customerId = actingCustomerId(actor)
  await app.transaction(actor, async (tx) => {
    const method = await lockMethod(tx, customerId, input.paymentMethodId)
    const next = await findNewest(tx, customerId, method.id)
    if (!next) await requireUnneeded(tx, customerId)
    await requireUncharged(tx, method)
    await tx.db
      .updateTable('paymentMethods')
      .set({ forgottenAt: tx.now, isDefault: false })
      .where('id', '=', method.id)
      .execute()
    if (next && method.isDefault) await setDefault(tx, next)
    await tx.emit('payment_method.forgotten', method.id, { customerId, before: { lastFour: method.lastFour } })
    await tx.enqueue(forgetAtGateway, { paymentMethodId: method.id })
  })
}

/** Switches whether renewals are charged by themselves. */
export async function changeAutoPay(app: App, actor: Actor, input: { autoPay: boolean }): Promise<void> {
  requireRight(actor, 'invoice.pay')
  const customerId = actingCustomerId(actor)
  await app.transaction(actor, async (tx) => {
    const { autoPay } = await tx.db
      .selectFrom('customers')
      .select('autoPay')
      .where('id', '=', customerId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (autoPay === input.autoPay) return
    await tx.db
      .updateTable('customers')
      .set({ autoPay: input.autoPay, updatedAt: tx.now })
      .where('id', '=', customerId)
      .execute()
    await tx.emit('customer.updated', customerId, {
      customerId,
      before: { autoPay },
      after: { autoPay: input.autoPay },
    })
  })
}

/** Detaches a way to pay at the gateway once it was removed here. */
export const forgetAtGateway = job({
  name: 'billing.forget-payment-method',
  queue: 'billing',
  payload: z.object({ paymentMethodId: z.string() }),
  async run(app, { paymentMethodId }) {
    const method = await app.db
      .selectFrom('paymentMethods')
      .select(['gatewayMethodId', 'forgottenAt'])
      .where('id', '=', paymentMethodId)
      .executeTakeFirst()
    if (method?.forgottenAt) await app.paymentGateway.forgetMethod(method.gatewayMethodId)
  },
})

async function lockMethod(tx: Tx, customerId: string, id: string): Promise<PaymentMethod> {
  await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
  return tx.db
    .selectFrom('paymentMethods')
    .selectAll()
    .where('id', '=', id)
    .where('customerId', '=', customerId)
    .where('forgottenAt', 'is', null)
    .executeTakeFirstOrThrow(
      () => new Problem('not_found', 'payment_method_not_found', 'There is no such payment method.'),
    )
}

const findNewest = (tx: Tx, customerId: string, except: string): Promise<PaymentMethod | undefined> =>
  tx.db
    .selectFrom('paymentMethods')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('forgottenAt', 'is', null)
    .where('id', '<>', except)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** When the way to pay of a locked customer that is charged went away: the newest of the others is charged instead, if there is one. */
export async function promoteNewest(tx: Tx, customerId: string): Promise<void> {
  const newest = await findNewest(tx, customerId, '')
  if (!newest) return
  await chargeFromNowOn(tx, newest)
}

/** Has a way to pay of a locked customer charged from now on, in place of the one that was. */
export async function chargeFromNowOn(tx: Tx, method: Pick<PaymentMethod, 'id' | 'customerId'>): Promise<void> {
  await setDefault(tx, method)
  await tx.emit('payment_method.default', method.id, { customerId: method.customerId })
}

async function setDefault(tx: Tx, { id, customerId }: Pick<PaymentMethod, 'id' | 'customerId'>): Promise<void> {
  await tx.db
    .updateTable('paymentMethods')
    .set({ isDefault: false })
    .where('customerId', '=', customerId)
    .where('isDefault', '=', true)
    .execute()
  await tx.db.updateTable('paymentMethods').set({ isDefault: true }).where('id', '=', id).execute()
}

/** What the gateway charges by itself for a subscription it bills stays until that charges another. */
async function requireUncharged(tx: Tx, { customerId, gatewayMethodId }: PaymentMethod): Promise<void> {
  const charged = await tx.db
    .selectFrom('adoptions')
    .select('subscriptionId')
    .where('customerId', '=', customerId)
    .where('gatewayMethodId', '=', gatewayMethodId)
    .where('renews', '=', true)
    .limit(1)
    .executeTakeFirst()
  if (charged)
    throw new Problem(
      'conflict',
      'payment_method_charged',
      'A subscription that Stripe bills is paid with this. Choose another one on the Stripe page first.',
    )
}

/** Who lets something renew by itself keeps a way to pay for it, or switches that off first. */
async function requireUnneeded(tx: Tx, customerId: string): Promise<void> {
  const renewing = await tx.db
    .selectFrom('subscriptions')
    .innerJoin('customers', 'customers.id', 'subscriptions.customerId')
    .select('subscriptions.id')
    .where('subscriptions.customerId', '=', customerId)
    .where('subscriptions.state', '<>', 'cancelled')
    .where('subscriptions.cancelOn', 'is', null)
    .where('customers.autoPay', '=', true)
    .limit(1)
    .executeTakeFirst()
  if (renewing)
    throw new Problem(
      'conflict',
      'payment_method_needed',
      'Your subscriptions renew with this. Save another payment method first, or switch automatic payment off.',
    )
}
