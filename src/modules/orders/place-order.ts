import type { App } from '#app/app.ts'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { issueInvoice, type NewLine } from '#modules/billing/issue-invoice.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { ItemConfiguration } from './item-configuration.ts'
import { type Order, ORDER_HOURS } from './order.ts'
import { computeQuote, type Quote, type QuotedItem, requireFreshQuote } from './quote.ts'

export type PlaceOrderInput = {
  currency: string
  items: ItemConfiguration[]
  quote: string
  idempotencyKey: string
  cartId?: string
}

/**
 * Places an order and asks for its payment by a pro forma invoice. The same key again gives the first order. Throws
 * `quote_stale` when the price shown is not today's, `billing_details_missing`, `configuration_invalid`.
 */
export async function placeOrder(app: App, actor: Actor, input: PlaceOrderInput): Promise<Order> {
  const customerId = actingCustomerId(actor)
  return app.transaction(actor, async (tx) => {
    const customer = await lockCustomer(tx, customerId)
    const placed = await findByKey(tx, customerId, input.idempotencyKey)
    if (placed) return placed
    requireBillingDetails(customer)
    const quote = await computeQuote(app, tx.db, {
      currency: input.currency,
      items: input.items,
      country: customer.country,
    })
    requireFreshQuote(app, quote, input.quote, tx.now)
    const order = await save(tx, customer, quote, input.idempotencyKey)
    if (input.cartId !== undefined)
      await tx.db.deleteFrom('carts').where('id', '=', input.cartId).where('customerId', '=', customerId).execute()
    await tx.emit('order.pending', order.id, {
      customerId,
      after: { totalMinor: order.totalMinor, currency: order.currency, invoiceId: order.invoiceId },
    })
    return order
  })
}

const findByKey = (tx: Tx, customerId: string, key: string): Promise<Order | undefined> =>
  tx.db
    .selectFrom('orders')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('idempotencyKey', '=', key)
    .executeTakeFirst()

/** An invoice must say who buys and where they are. */
function requireBillingDetails(customer: Customer): void {
  const fields = {
    addressLine1: 'Give a street and number.',
    postalCode: 'Give a postal code.',
    city: 'Give a city.',
    country: 'Choose a country.',
  } as const
  const issues = Object.entries(fields)
    .filter(([field]) => !customer[field as keyof typeof fields])
    .map(([path, message]) => ({ path, message }))
  if (issues.length > 0)
    throw new Problem('invalid', 'billing_details_missing', 'Please complete your billing details first.', { issues })
}

async function save(tx: Tx, customer: Customer, quote: Quote, idempotencyKey: string): Promise<Order> {
  const expiresAt = tx.now.add({ hours: ORDER_HOURS })
  const invoice = await issueInvoice(tx, {
    customer,
    seller: quote.seller,
    rule: quote.rule,
    currency: quote.currency,
    lines: quote.items.flatMap((item) => invoiceLines(item, customer.locale)),
    dueAt: expiresAt,
  })
  const order = await tx.db
    .insertInto('orders')
    .values({
      id: newId('ord'),
      customerId: customer.id,
      invoiceId: invoice.id,
      state: 'pending',
      currency: quote.currency,
      totalMinor: quote.totalMinor,
      idempotencyKey,
      expiresAt,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('orderItems')
    .values(
      quote.items.map((item, position) => ({
        id: newId('ori'),
        orderId: order.id,
        position,
        planId: item.plan.id,
        configuration: JSON.stringify(item.configuration),
        description: item.lines[0]!.name[customer.locale],
        amountMinor: item.amountMinor,
      })),
    )
    .execute()
  return order
}

const PERIOD_WORDS = { en: { month: '1 month', year: '1 year' }, de: { month: '1 Monat', year: '1 Jahr' } }

const invoiceLines = (item: QuotedItem, locale: 'en' | 'de'): NewLine[] =>
  item.lines.map((line) => ({
    kind: line.kind,
    description:
      line.kind === 'plan'
        ? `${line.name[locale]} · ${item.configuration.hostname} · ${PERIOD_WORDS[locale][item.configuration.period]}`
        : `${line.name[locale]} · ${item.configuration.hostname}`,
    quantity: line.quantity,
    amountMinor: line.amountMinor,
  }))
