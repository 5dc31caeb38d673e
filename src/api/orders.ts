import { z } from 'zod'
import type { App } from '#app/app.ts'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { countCouponTry } from '#modules/orders/cart-coupons.ts'
import { Currency } from '#modules/orders/item-configuration.ts'
import { type Order, orderMachine } from '#modules/orders/order.ts'
import { getOrderDetail, listOrders } from '#modules/orders/orders-queries.ts'
import { placeOrder } from '#modules/orders/place-order.ts'
import type { Actor } from '#platform/actor.ts'
import { randomToken } from '#platform/secrets.ts'
import { can } from '#platform/state-machine.ts'
import { period } from './catalog.ts'
import { currency, instant, minor, pathId } from './codecs.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { Codes, COUPON_PROBLEMS, exampleItem, Items } from './quotes.ts'
import { route } from './route.ts'

const tag = 'Orders'
const OrderParams = z.strictObject({ orderId: pathId })

const OrderSummary = z
  .object({
    id: z.string(),
    state: z.enum(['pending', 'active', 'cancelled']),
    currency,
    totalMinor: minor,
    invoiceId: z.string(),
    expiresAt: instant.meta({ description: 'Until when it waits for its payment.' }),
    cancellable: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'OrderSummary' })

const OrderBody = OrderSummary.extend({
  items: z.array(
    z.object({
      id: z.string(),
      description: z.string(),
      amountMinor: minor,
      plan: z.string(),
      period,
      region: z.string(),
      image: z.string(),
      hostname: z.string(),
      options: z.array(z.object({ code: z.string(), quantity: z.int(), choice: z.string().optional() })),
      trialDays: z.int().nullable().meta({ description: 'Days before its first paid period.' }),
      serviceId: z.string().nullable().meta({ description: 'What was delivered, once the order is paid.' }),
    }),
  ),
}).meta({ id: 'Order' })

const summaryOf = (order: Order) => ({ ...order, cancellable: can(orderMachine, order, 'cancel') })

async function readOrder(app: App, actor: Actor, orderId: string): Promise<z.output<typeof OrderBody>> {
  const { order, items } = await getOrderDetail(app, actor, orderId)
  return { ...summaryOf(order), items: items.map((item) => ({ ...item.configuration, ...item })) }
}

export const createOrder = route({
  method: 'post',
  path: '/orders',
  operationId: 'createOrder',
  tag,
  summary: 'Order what was quoted',
  description:
    'Makes a pro forma invoice to pay. With the same Idempotency-Key an order is placed once, however often sent.',
  body: z.strictObject({
    currency: Currency,
    items: Items,
    codes: Codes,
    quote: z.string().max(500).meta({ description: 'The token of the quote for exactly this.' }),
  }),
  example: { currency: 'EUR', items: [exampleItem], quote: '1764000000000.…' },
  success: { status: 201, description: 'The order, waiting for its payment.', body: OrderBody },
  problems: [
    'configuration_invalid',
    'billing_details_missing',
    'customer_closed',
    'quote_stale',
    'sold_out',
    'plan_limit_reached',
    'trial_needs_method',
    'seller_not_set_up',
    ...COUPON_PROBLEMS,
  ],
  run: async ({ app, actor, body, retryKey, headers, visitor }) => {
    if (body.codes?.length) await countCouponTry(app, actor, visitor.address)
    const idempotencyKey = retryKey ?? `api:${randomToken()}`
    const { id } = await placeOrder(app, actor, { ...body, idempotencyKey })
    headers.set('location', `/api/v1/orders/${id}`)
    return readOrder(app, actor, id)
  },
})

export const readOrders = route({
  method: 'get',
  path: '/orders',
  operationId: 'listOrders',
  tag,
  summary: 'Your orders',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(OrderSummary) },
  problems: [],
  run: async (call) => {
    const page = await listOrders(call.app, call.actor, call.query)
    return pageAnswer(call, { ...page, rows: page.rows.map(summaryOf) })
  },
})

export const getOrder = route({
  method: 'get',
  path: '/orders/{orderId}',
  operationId: 'getOrder',
  tag,
  summary: 'One order with what was ordered',
  params: OrderParams,
  success: { status: 200, description: 'The order.', body: OrderBody },
  problems: ['order_not_found'],
  run: ({ app, actor, params }) => readOrder(app, actor, params.orderId),
})

export const createCancellation = route({
  method: 'post',
  path: '/orders/{orderId}/cancellation',
  operationId: 'cancelOrder',
  tag,
  summary: 'Take an unpaid order back',
  description: 'Closes its payment page. An order that was paid in the meantime stays, and its state says so.',
  params: OrderParams,
  success: { status: 200, description: 'The order, as it is now.', body: OrderBody },
  problems: ['order_not_found', 'order_active', 'order_cancelled', 'payment_gateway_unavailable'],
  run: async ({ app, actor, params }) => {
    const { id } = await cancelOrder(app, actor, { orderId: params.orderId, reason: 'by_customer' })
    return readOrder(app, actor, id)
  },
})
