import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Customer, requireBillingDetails } from '#modules/accounts/customer.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { applyCreditLater } from '#modules/billing/apply-credit.ts'
import { isCouponRefusal } from '#modules/billing/find-coupons.ts'
import { noteRedemptions, reserveCoupons } from '#modules/billing/redeem-coupons.ts'
import { lineWords } from '#modules/billing/line-words.ts'
import { issueInvoice, type NewLine } from '#modules/billing/issue-invoice.ts'
import { taxBuyerOf } from '#modules/billing/tax-buyer.ts'
import type { TaxBuyer } from '#modules/billing/tax.ts'
import { requireNoPreview } from '#modules/catalog/preview-catalog.ts'
import { transferDeadline } from '#modules/billing/transfer.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { ItemConfiguration } from './item-configuration.ts'
import type { AgreedItem } from './agreed-item.ts'
import { type Order, ORDER_HOURS } from './order.ts'
import { findOrderByKey } from './orders-queries.ts'
import type { QuotedItem, QuoteLine } from './price-item.ts'
import { type Quote, quoteAt, requireFreshQuote } from './quote.ts'
import { requireStockFor } from './reserve-stock.ts'
import { isShortage } from './shortage.ts'
import { noteTrials, requireMethodForTrials } from './start-trials.ts'

export type PlaceOrderInput = {
  currency: string
  items: ItemConfiguration[]
  quote: string
  idempotencyKey: string
  cartId?: string
  /** Coupon codes as typed; the quote was made with them. */
  codes?: readonly string[] | undefined
  /** By card unless told; an order that is paid by transfer waits for it as long as its seller's setting says. */
  payBy?: 'card' | 'bank_transfer' | undefined
}

/**
 * Places an order and asks for its payment by a pro forma invoice. The same key again gives the first order. Throws
 * `quote_stale` when the price shown is not today's, `billing_details_missing`,
 * `configuration_invalid`, `customer_closed`, `transfer_not_offered`, `sold_out`, `plan_limit_reached`, `trial_needs_method` for a
 * trial, and a refusal of COUPON_REFUSALS or `too_many_coupons` when a code no longer holds.
 */
export async function placeOrder(app: App, actor: Actor, input: PlaceOrderInput): Promise<Order> {
  requireNoPreview(app)
  try {
    return await saveOrder(app, actor, input)
  } catch (error) {
    // Sent twice at once, the second waited for the first but read as of before it. By now it can be seen.
    const placed =
      isKeyTaken(error) || isTakenProblem(error) ? await findOrderByKey(app, actor, input.idempotencyKey) : undefined
    if (!placed) throw error
    return placed
  }
}

/** The first of the two may have had the last use of a code, or the last of a plan. */
const isTakenProblem = (error: unknown): boolean =>
  isProblem(error) && (isCouponRefusal(error.code) || isShortage(error.code))

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
    const order = await save(tx, customer, quote, input)
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

async function save(
  tx: Tx,
  customer: Customer,
  quote: Quote,
  { idempotencyKey, payBy }: PlaceOrderInput,
): Promise<Order> {
  await reserveCoupons(tx, customer.id, quote.coupons)
  await requireStockFor(tx, quote.items)
  await requireMethodForTrials(tx, customer.id, quote)
  const byTransfer = payBy === 'bank_transfer' && quote.totalMinor > 0n
  const expiresAt = byTransfer ? transferDeadline(quote.seller, tx.now) : tx.now.add({ hours: ORDER_HOURS })
  const invoiceId = await issueInvoice(tx, {
    customer,
    seller: quote.seller,
    treatment: quote.treatment,
    currency: quote.currency,
    lines: quote.items.flatMap((item) => invoiceLines(item, customer.locale)),
    dueAt: expiresAt,
    purpose: 'order',
    byTransfer,
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
  noteTrials(tx, order, quote.items)
  // Nobody can be asked for nothing: what coupons made free counts as paid.
  if (quote.totalMinor === 0n) await tx.enqueue(applyCreditLater, { invoiceId })
  return order
}

const INSERT_ORDER = `
  with placed as (
    insert into orders (id, customer_id, invoice_id, state, currency, total_minor, idempotency_key, expires_at, created_at, updated_at)
    values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $8)
    returning id), wanted as (
    select * from jsonb_to_recordset($9::jsonb) as i (id text, position int, plan_id text, region_id text, configuration jsonb,
      description text, amount_minor bigint, agreed jsonb, trial_days int)
  ), items as (
    insert into order_items (id, order_id, position, plan_id, configuration, description, amount_minor, agreed, trial_days)
    select i.id, placed.id, i.position, i.plan_id, i.configuration, i.description, i.amount_minor, i.agreed, i.trial_days
    from placed, wanted i)
  insert into stock_holdings (order_item_id, customer_id, plan_id, region_id, held_at)
  select i.id, $2, i.plan_id, i.region_id, $8 from wanted i`

const itemRow = (item: QuotedItem, position: number, locale: Customer['locale']) => ({
  id: newId('ori'),
  position,
  plan_id: item.plan.id,
  region_id: item.region.id,
  configuration: item.configuration,
  description: item.lines[0]!.name[locale],
  amount_minor: String(item.amountMinor),
  trial_days: item.trialDays,
  agreed: item.lines.flatMap(({ kind, code, choice, quantity, unitMinor, name }): AgreedItem[] => {
    if (kind === 'setup') return []
    const { hostname, period } = item.configuration
    const description = lineWords(
      { what: name[locale], hostname, period: kind === 'plan' ? period : undefined },
      locale,
    )
    return [{ kind, code, choice, description, quantity, unitMinor: unitMinor.toString() }]
  }),
})

const wordsOf = ({ configuration, trialDays }: QuotedItem, line: QuoteLine, locale: Customer['locale']): string => {
  const { hostname, period } = configuration
  if (line.kind !== 'plan') return lineWords({ what: line.name[locale], hostname }, locale)
  return lineWords({ what: line.name[locale], hostname, ...(trialDays === null ? { period } : { trialDays }) }, locale)
}

const invoiceLines = (item: QuotedItem, locale: 'en' | 'de'): NewLine[] =>
  item.lines.map((line) => ({
    kind: line.kind,
    description: wordsOf(item, line, locale),
    quantity: line.quantity,
    amountMinor: line.amountMinor,
    discountMinor: line.discountMinor,
    ...reasonsOf(item, line),
  }))

/** What coupons took off it, what a setup is for, and how long it is tried out for nothing, with what comes off afterwards. */
function reasonsOf({ trialDays }: QuotedItem, { kind, code, discounts }: QuoteLine): Pick<NewLine, 'reasons'> {
  const isTried = kind !== 'setup' && trialDays !== null
  const reasons = {
    ...(discounts.length > 0 && !isTried && { discounts }),
    ...(kind === 'setup' && { setup: code ?? 'plan' }),
    ...(isTried && { trial: { days: trialDays, ...(discounts.length > 0 && { discounts }) } }),
  }
  return Object.keys(reasons).length > 0 ? { reasons } : {}
}
