import { z } from 'zod'
import { grantDiscounts } from '#modules/billing/grant-discounts.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { openSubscription, type SubscriptionItem } from '#modules/billing/open-subscription.ts'
import { commitRedemptions } from '#modules/billing/redeem-coupons.ts'
import { intervalOf } from '#modules/catalog/interval.ts'
import { grantEntitlements } from '#modules/entitlements/grant-entitlements.ts'
import { createService } from '#modules/provisioning/create-service.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { AgreedItem } from './agreed-item.ts'
import { ItemConfiguration } from './item-configuration.ts'
import { type Order, type OrderItem, orderMachine } from './order.ts'

/** When an order's invoice is paid: opens what was agreed and starts building what was bought, in one transaction. */
export const fulfilOrder = job({
  name: 'orders.fulfil-order',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: invoiceId }) {
    await app.transaction(system('orders'), async (tx) => {
      const order = await tx.db
        .selectFrom('orders')
        .selectAll()
        .where('invoiceId', '=', invoiceId)
        .forUpdate()
        .executeTakeFirst()
      if (!order || !can(orderMachine, order, 'fulfil')) return
      const items = await tx.db
        .selectFrom('orderItems')
        .selectAll()
        .where('orderId', '=', order.id)
        .orderBy('position')
        .execute()
      const lines = await tx.db
        .selectFrom('invoiceLines')
        .selectAll()
        .where('invoiceId', '=', invoiceId)
        .orderBy('position')
        .execute()
      const couponIds = (await commitRedemptions(tx, order.id)).map(({ couponId }) => couponId)
      for (const item of items) await fulfilItem(tx, order, item, linesOf(item, items, lines), couponIds)
      await transition(tx, orderMachine, order, 'fulfil')
      await tx.enqueue(numberInvoices, {})
    })
  },
})

type Line = Schema['invoiceLines']

/** Lines stand in the order of the items; each item begins with its plan. */
function linesOf(item: OrderItem, items: OrderItem[], lines: Line[]): Line[] {
  const starts = lines.filter((line) => line.kind === 'plan').map((line) => line.position)
  const index = items.indexOf(item)
  return lines.filter((line) => line.position >= starts[index]! && line.position < (starts[index + 1] ?? Infinity))
}

/** An order placed before it kept its parts is agreed as one. */
function agreedItems(item: OrderItem): SubscriptionItem[] {
  if (item.agreed === null)
    return [
      {
        kind: 'plan',
        code: null,
        choice: null,
        description: item.description,
        quantity: 1,
        unitMinor: item.amountMinor,
      },
    ]
  return z
    .array(AgreedItem)
    .parse(item.agreed)
    .map(({ unitMinor, ...part }) => ({ ...part, unitMinor: BigInt(unitMinor) }))
}

async function fulfilItem(
  tx: Tx,
  order: Order,
  item: OrderItem,
  lines: Line[],
  couponIds: readonly string[],
): Promise<void> {
  const configuration = ItemConfiguration.parse(item.configuration)
  const bought = await tx.db
    .selectFrom('plans')
    .innerJoin('regions', (join) => join.on('regions.slug', '=', configuration.region))
    .innerJoin('images', (join) => join.on('images.slug', '=', configuration.image))
    .innerJoin('invoices', (join) => join.on('invoices.id', '=', order.invoiceId))
    .innerJoin('legalEntities', 'legalEntities.id', 'invoices.legalEntityId')
    .select([
      'plans.cores',
      'plans.memoryMb',
      'plans.diskGb',
      'regions.id as regionId',
      'images.id as imageId',
      'legalEntities.id as legalEntityId',
      'legalEntities.timeZone',
    ])
    .where('plans.id', '=', item.planId)
    .executeTakeFirstOrThrow()
  const subscription = await openSubscription(tx, {
    customerId: order.customerId,
    planId: item.planId,
    description: item.description,
    currency: order.currency,
    items: agreedItems(item),
    legalEntityId: bought.legalEntityId,
    ...intervalOf(configuration.period),
    trialDays: item.trialDays,
    timeZone: bought.timeZone,
    invoiceLineIds: lines.map((line) => line.id),
  })
  await grantDiscounts(tx, { subscriptionId: subscription.id, couponIds, lines })
  await tx.db.updateTable('orderItems').set({ subscriptionId: subscription.id }).where('id', '=', item.id).execute()
  const options = configuration.options.filter((option) => option.quantity > 0)
  await grantEntitlements(tx, {
    customerId: order.customerId,
    subscriptionId: subscription.id,
    grants: [{ code: 'vps', quantity: 1 }, ...options],
  })
  await createService(tx, {
    customerId: order.customerId,
    subscriptionId: subscription.id,
    planId: item.planId,
    regionId: bought.regionId,
    imageId: bought.imageId,
    hostname: configuration.hostname,
    sshKey: configuration.sshKey,
    cores: bought.cores,
    memoryMb: bought.memoryMb,
    diskGb: bought.diskGb,
    addressCount: 1 + (options.find((option) => option.code === 'extra-addresses')?.quantity ?? 0),
  })
}
