import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { OrderState } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { ItemConfiguration } from './item-configuration.ts'
import type { Order, OrderItem } from './order.ts'

const orderMissing = (): Problem => new Problem('not_found', 'order_not_found', 'There is no such order.')

/** Another customer's order does not exist: `order_not_found`. */
export async function getOrder(app: App, actor: Actor, orderId: string): Promise<Order> {
  const owner = visibleWith(actor, 'order.read')
  return app.db
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', orderId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(orderMissing)
}

/** The order that was placed under this key, or undefined. The same key again means the same order. */
export const findOrderByKey = (app: App, actor: Actor, idempotencyKey: string): Promise<Order | undefined> =>
  app.db
    .selectFrom('orders')
    .selectAll()
    .where('customerId', '=', actingCustomerId(actor))
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()

/** An order's item with what it was configured as and, once there is one, its service. */
export type OrderItemDetail = Omit<OrderItem, 'configuration'> & {
  configuration: ItemConfiguration
  serviceId: string | null
}

export async function getOrderDetail(
  app: App,
  actor: Actor,
  orderId: string,
): Promise<{ order: Order; items: OrderItemDetail[] }> {
  const order = await getOrder(app, actor, orderId)
  const items = await app.db
    .selectFrom('orderItems')
    .leftJoin('services', 'services.subscriptionId', 'orderItems.subscriptionId')
    .selectAll('orderItems')
    .select('services.id as serviceId')
    .where('orderItems.orderId', '=', order.id)
    .orderBy('orderItems.position')
    .execute()
  return {
    order,
    items: items.map((item) => ({ ...item, configuration: ItemConfiguration.parse(item.configuration) })),
  }
}

export type OrderFilter = PageFilter & {
  oldestFirst?: boolean | undefined
  state?: OrderState | undefined
  customerId?: string | undefined
  search?: string | undefined
}

/** Newest first unless told. `search` is an order's id or a part of a customer's name or email. */
export async function listOrders(
  app: App,
  actor: Actor,
  filter: OrderFilter,
): Promise<Page<Order & { customerName: string }>> {
  const owner = visibleWith(actor, 'order.read') ?? filter.customerId
  const search = filter.search?.trim()
  const rows = await app.db
    .selectFrom('orders')
    .innerJoin('customers', 'customers.id', 'orders.customerId')
    .selectAll('orders')
    .select('customers.name as customerName')
    .$if(owner !== undefined, (query) => query.where('orders.customerId', '=', owner!))
    .$if(filter.state !== undefined, (query) => query.where('orders.state', '=', filter.state!))
    .$if(Boolean(search), (query) =>
      /^ord_[0-9a-z]{26}$/.test(search!) ? query.where('orders.id', '=', search!) : query.where(matchCustomer(search!)),
    )
    .$if(filter.after !== undefined, (query) => query.where('orders.id', filter.oldestFirst ? '>' : '<', filter.after!))
    .orderBy('orders.id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** The order an invoice was made for, or undefined. */
export const findOrderOfInvoice = (app: App, invoiceId: string): Promise<Order | undefined> =>
  app.db.selectFrom('orders').selectAll().where('invoiceId', '=', invoiceId).executeTakeFirst()

export async function lockOrder(tx: Tx, orderId: string): Promise<Order> {
  return tx.db
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', orderId)
    .forUpdate()
    .executeTakeFirstOrThrow(orderMissing)
}
