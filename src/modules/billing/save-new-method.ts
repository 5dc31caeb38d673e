import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Tx } from '#platform/transaction.ts'
import { actingCustomerId, type Actor, system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { promoteNewest } from './change-payment-method.ts'
import { ensureGatewayCustomer, gatewayKey } from './ensure-gateway-customer.ts'
import type { MethodSetup } from './payment-gateway.ts'
import { savePaymentMethod } from './save-payment-method.ts'

const OPEN_HOURS = 23

/**
 * Gives the address of the gateway's page where a way to pay is saved without being charged. Nothing is saved until the gateway
 * says so. Throws `payment_gateway_unavailable`.
 */
export async function openMethodPage(
  app: App,
  actor: Actor,
  input: { returnPath: string; cancelPath: string },
): Promise<{ url: string }> {
  requireRight(actor, 'invoice.pay')
  const customerId = actingCustomerId(actor)
  const { currency, locale } = await app.db
    .selectFrom('customers')
    .select(['currency', 'locale'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const gatewayCustomerId = await ensureGatewayCustomer(app, actor, customerId)
  const { publicUrl } = app.config
  const { url } = await app.paymentGateway.openMethodSetup({
    // Every visit is a page of its own: one that was left is of no use to anybody.
    key: gatewayKey(newId('req'), gatewayCustomerId),
    gatewayCustomerId,
    customerId,
    currency,
    successUrl: `${publicUrl}${input.returnPath}`,
    cancelUrl: `${publicUrl}${input.cancelPath}`,
    expiresAt: app.clock.wallClock().add({ hours: OPEN_HOURS }),
    locale,
  })
  return { url }
}

/** The gateway's own page with a customer's ways to pay and receipts. Throws `payment_gateway_unavailable`. */
export async function openGatewayPortal(
  app: App,
  actor: Actor,
  input: { returnPath: string },
): Promise<{ url: string }> {
  requireRight(actor, 'invoice.pay')
  const customerId = actingCustomerId(actor)
  const { locale } = await app.db
    .selectFrom('customers')
    .select('locale')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const gatewayCustomerId = await ensureGatewayCustomer(app, actor, customerId)
  return app.paymentGateway.openPortal({
    gatewayCustomerId,
    returnUrl: `${app.config.publicUrl}${input.returnPath}`,
    locale,
  })
}

/** Records what was saved on a page of ours, after checking that it is of this mode and a customer of ours. Gives what it did. */
export async function recordMethodSetup(app: App, setup: MethodSetup): Promise<'saved' | 'open' | 'not_ours'> {
  if (setup.livemode !== app.config.stripe.live || setup.customerId === undefined) return 'not_ours'
  if (setup.state !== 'complete' || !setup.method) return 'open'
  const { customerId, method } = setup
  const known = await app.db.selectFrom('customers').select('id').where('id', '=', customerId).executeTakeFirst()
  if (!known) return 'not_ours'
  await app.transaction(system('billing'), (tx) => savePaymentMethod(tx, customerId, method))
  return 'saved'
}

/**
 * Brings what we know of a customer's ways to pay in line with the gateway, where they may have been added or removed on its own
 * pages: what is new is saved, what is gone is forgotten, and the newest is charged when the one that was is gone.
 */
export async function syncPaymentMethods(app: App, customerId: string): Promise<void> {
  const actor = system('billing')
  const linked = await app.db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', customerId)
    .where('gateway', '=', 'stripe')
    .executeTakeFirst()
  if (!linked) return
  const methods = await app.paymentGateway.listMethods(linked.gatewayCustomerId)
  await app.transaction(actor, async (tx) => {
    await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
    const wasCharged = await findCharged(tx, customerId)
    for (const method of methods.toReversed()) await savePaymentMethod(tx, customerId, method)
    const gone = await tx.db
      .updateTable('paymentMethods')
      .set({ forgottenAt: tx.now, isDefault: false })
      .where('customerId', '=', customerId)
      .where('forgottenAt', 'is', null)
      .where('gatewayMethodId', 'not in', methods.map(({ gatewayMethodId }) => gatewayMethodId).concat(''))
      .returning(['id', 'lastFour'])
      .execute()
    for (const { id, lastFour } of gone)
      await tx.emit('payment_method.forgotten', id, { customerId, before: { lastFour } })
    if (gone.some(({ id }) => id === wasCharged)) await promoteNewest(tx, customerId)
  })
}

async function findCharged(tx: Tx, customerId: string): Promise<string | undefined> {
  const charged = await tx.db
    .selectFrom('paymentMethods')
    .select('id')
    .where('customerId', '=', customerId)
    .where('isDefault', '=', true)
    .where('forgottenAt', 'is', null)
    .executeTakeFirst()
  return charged?.id
}

/**
 * Follows a message about a way to pay, or about a customer at the gateway: brings what we know of that customer in line. Gives
 * whether it was one of ours. What we know to be so already asks nothing of the gateway.
 */
export async function followMethodEvent(
  app: App,
  event: { type: string; objectId: string; gatewayCustomerId: string | undefined },
): Promise<boolean> {
  const known = await app.db
    .selectFrom('paymentMethods')
    .select(['customerId', 'forgottenAt'])
    .where('gateway', '=', 'stripe')
    .where('gatewayMethodId', '=', event.objectId)
    .executeTakeFirst()
  // What was changed about one is known once it was looked at.
  const isChanged = event.type.endsWith('updated')
  const isSettled = known && !isChanged && (known.forgottenAt !== null) === (event.type === 'payment_method.detached')
  if (isSettled) return true
  const customerId = known?.customerId ?? (await findLinked(app, event.gatewayCustomerId ?? event.objectId))
  if (customerId === undefined) return false
  await syncPaymentMethods(app, customerId)
  return true
}

async function findLinked(app: App, gatewayCustomerId: string): Promise<string | undefined> {
  const linked = await app.db
    .selectFrom('gatewayCustomers')
    .select('customerId')
    .where('gateway', '=', 'stripe')
    .where('gatewayCustomerId', '=', gatewayCustomerId)
    .executeTakeFirst()
  return linked?.customerId
}
