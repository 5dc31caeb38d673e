import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Customer, hasBillingDetails } from '#modules/accounts/customer.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { applyCreditLater } from '#modules/billing/apply-credit.ts'
import { isCouponRefusal } from '#modules/billing/find-coupons.ts'
import { noteRedemptions, reserveCoupons } from '#modules/billing/redeem-coupons.ts'
import { lineWords } from '#modules/billing/line-words.ts'
import { issueInvoice, type NewLine } from '#modules/billing/issue-invoice.ts'
import { taxBuyerOf } from '#modules/billing/tax-buyer.ts'
import type { TaxBuyer } from '#modules/billing/tax.ts'
import { requireNoPreview } from '#modules/catalog/preview-catalog.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { ItemConfiguration } from './item-configuration.ts'
import type { AgreedItem } from './agreed-item.ts'
import { type Order, ORDER_HOURS } from './order.ts'
import { findOrderByKey } from './orders-queries.ts'
import { type Quote, quoteAt, type QuotedItem, requireFreshQuote } from './quote.ts'

export type PlaceOrderInput = {
  currency: string
  items: ItemConfiguration[]
  quote: string
  idempotencyKey: string
  cartId?: string
  /** Coupon codes as typed; the quote was made with them. */
  codes?: readonly string[] | undefined
}

/**
 * Places an order and asks for its payment by a pro forma invoice. The same key again gives the first order. Throws
 * `quote_stale` when the price shown is not today's, `billing_details_missing`,
 * `configuration_invalid`, `customer_closed`, and a refusal of COUPON_REFUSALS or `too_many_coupons` when a code no longer holds.
 */
export async function placeOrder(app: App, actor: Actor, input: PlaceOrderInput): Promise<Order> {
  requireNoPreview(app)
  try {
    return await saveOrder(app, actor, input)
  } catch (error) {
    // Sent twice at once, the second waited for the first but read as of before it. By now it can be seen.
    const placed =
      isKeyTaken(error) || isCouponProblem(error) ? await findOrderByKey(app, actor, input.idempotencyKey) : undefined
    if (!placed) throw error
    return placed
  }
}

/** The first of the two may have had the last use of a code. */
const isCouponProblem = (error: unknown): boolean => isProblem(error) && isCouponRefusal(error.code)

const isKeyTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'orders_customer_id_idempotency_key_key'

async function saveOrder(app: App, actor: Actor, input: PlaceOrderInput): Promise<Order> {
  requireRight(actor, 'order.place')
  const customerId = actingCustomerId(actor)
  return app.transaction(actor, async (tx) => {
    const { version, placedId, taxBuyer, ...customer } = await lockBuyer(tx, customerId, input.idempotencyKey)
    if (placedId !== null)
      return tx.db.selectFrom('orders').selectAll().where('id', '=', placedId).executeTakeFirstOrThrow()
    // They were let in a moment before the account was closed.
    if (customer.closedAt) throw new Problem('conflict', 'customer_closed', 'This account is closed.')
    requireBillingDetails(customer)
    const quote = await quoteAt(app, tx.db, version, {
      currency: input.currency,
      items: input.items,
      buyer: taxBuyer,
      codes: input.codes,
      customerId,
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

type LockedBuyer = Customer & { version: bigint; placedId: string | null; taxBuyer: TaxBuyer }

/** The customer, held until the order stands, with the order that this key made before and what is for sale now. */
async function lockBuyer(tx: Tx, customerId: string, key: string): Promise<LockedBuyer> {
  const { rows } = await sql<LockedBuyer>`
    select c.*, ${taxBuyerOf('c')} as tax_buyer, ${offerVersion} as version, (select id from orders where customer_id = c.id and idempotency_key = ${key}) as placed_id
    from customers c where c.id = ${customerId} for update of c`.execute(tx.db)
  const [row] = rows
  if (!row) throw new Problem('not_found', 'customer_not_found', 'There is no such customer.')
  return row
}

/** An invoice must say who buys and where they are. */
function requireBillingDetails(customer: Customer): void {
  if (hasBillingDetails(customer)) return
  const fields = {
    addressLine1: 'Give a street and number.',
    city: 'Give a city.',
    country: 'Choose a country.',
  } as const
  const issues = Object.entries(fields)
    .filter(([field]) => !customer[field as keyof typeof fields])
    .map(([path, message]) => ({ path, message }))
  throw new Problem('invalid', 'billing_details_missing', 'Please complete your billing details first.', { issues })
}

async function save(tx: Tx, customer: Customer, quote: Quote, idempotencyKey: string): Promise<Order> {
  await reserveCoupons(tx, customer.id, quote.coupons)
  const expiresAt = tx.now.add({ hours: ORDER_HOURS })
  const invoiceId = await issueInvoice(tx, {
    customer,
    seller: quote.seller,
    treatment: quote.treatment,
    currency: quote.currency,
    lines: quote.items.flatMap((item) => invoiceLines(item, customer.locale)),
    dueAt: expiresAt,
    purpose: 'order',
  })
  const order: Order = {
    id: newId('ord'),
    customerId: customer.id,
    invoiceId,
    state: 'pending',
    currency: quote.currency,
    totalMinor: quote.totalMinor,
    idempotencyKey,
    expiresAt,
    cancelReason: null,
    createdAt: tx.now,
    updatedAt: tx.now,
  }
  tx.along({
    sql: INSERT_ORDER,
    parameters: [
      order.id,
      order.customerId,
      invoiceId,
      order.currency,
      order.totalMinor,
      idempotencyKey,
      expiresAt,
      tx.now,
      JSON.stringify(quote.items.map((item, position) => itemRow(item, position, customer.locale))),
    ],
  })
  await noteRedemptions(tx, order, quote.coupons)
  // Nobody can be asked for nothing: what coupons made free counts as paid.
  if (quote.totalMinor === 0n) await tx.enqueue(applyCreditLater, { invoiceId })
  return order
}

const INSERT_ORDER = `
  with placed as (
    insert into orders (id, customer_id, invoice_id, state, currency, total_minor, idempotency_key, expires_at, created_at, updated_at)
    values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $8)
    returning id)
  insert into order_items (id, order_id, position, plan_id, configuration, description, amount_minor, agreed)
  select i.id, placed.id, i.position, i.plan_id, i.configuration, i.description, i.amount_minor, i.agreed
  from placed, jsonb_to_recordset($9::jsonb) as i (id text, position int, plan_id text, configuration jsonb, description text,
    amount_minor bigint, agreed jsonb)`

const itemRow = (item: QuotedItem, position: number, locale: Customer['locale']) => ({
  id: newId('ori'),
  position,
  plan_id: item.plan.id,
  configuration: item.configuration,
  description: item.lines[0]!.name[locale],
  amount_minor: String(item.amountMinor),
  agreed: item.lines.map((line): AgreedItem => ({
    kind: line.kind,
    code: line.code,
    description: wordsOf(item, line, locale),
    quantity: line.quantity,
    unitMinor: line.unitMinor.toString(),
  })),
})

const wordsOf = (item: QuotedItem, line: QuotedItem['lines'][number], locale: Customer['locale']): string => {
  const { hostname, period } = item.configuration
  return lineWords({ what: line.name[locale], hostname, period: line.kind === 'plan' ? period : undefined }, locale)
}

const invoiceLines = (item: QuotedItem, locale: 'en' | 'de'): NewLine[] =>
  item.lines.map((line) => ({
    kind: line.kind,
    description: wordsOf(item, line, locale),
    quantity: line.quantity,
    amountMinor: line.amountMinor,
    discountMinor: line.discountMinor,
    ...(line.discounts.length > 0 && { reasons: { discounts: line.discounts } }),
  }))
