import { requireNoPreview } from '#modules/catalog/preview-catalog.ts'
import type { App } from '#app/app.ts'
import { type Actor, system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { ItemConfiguration } from './item-configuration.ts'

/** What somebody means to buy, known or not. It is found by a token in a cookie, and by its customer once it has one. */
export type Cart = {
  id: string
  currency: string
  /** As typed. */
  codes: string[]
  items: { id: string; configuration: ItemConfiguration }[]
}

const MAX_ITEMS = 20

/** A cart by its cookie's token or, failing that, by the customer; undefined when there is none. */
export async function findCart(app: App, actor: Actor, token: string | undefined): Promise<Cart | undefined> {
  const row = await findRow(app.db, actor, token)
  return row && readCart(app.db, row)
}

/** Puts a configured server into the cart and gives the cart's token, which is new when there was no cart yet. */
export async function addToCart(
  app: App,
  actor: Actor,
  input: { token: string | undefined; currency: string; configuration: ItemConfiguration },
): Promise<{ token: string; cart: Cart }> {
  requireNoPreview(app)
  return app.transaction(actor, async (tx) => {
    const found = await findRow(tx.db, actor, input.token)
    const fresh = randomToken()
    const row = found ?? (await createRow(tx, actor, input.currency, fresh))
    const { items } = await readCart(tx.db, row)
    if (items.length >= MAX_ITEMS)
      throw new Problem('conflict', 'cart_full', `A cart holds at most ${MAX_ITEMS} servers. Please order these first.`)
    await tx.db
      .insertInto('cartItems')
      .values({
        id: newId('cit'),
        cartId: row.id,
        configuration: JSON.stringify(input.configuration),
        createdAt: tx.now,
      })
      .execute()
    await tx.db
      .updateTable('carts')
      .set({ currency: input.currency, updatedAt: tx.now })
      .where('id', '=', row.id)
      .execute()
    const token = found && input.token && found.tokenHash === hashToken(input.token) ? input.token : fresh
    if (found && token === fresh)
      await tx.db
        .updateTable('carts')
        .set({ tokenHash: hashToken(fresh) })
        .where('id', '=', row.id)
        .execute()
    return { token, cart: await readCart(tx.db, { ...row, currency: input.currency }) }
  })
}

/** Changes one line. Throws `cart_item_not_found`. */
export async function changeCartItem(
  app: App,
  actor: Actor,
  input: { token: string | undefined; itemId: string; configuration: ItemConfiguration },
): Promise<void> {
  requireNoPreview(app)
  await withRow(app, actor, input.token, async (tx, row) => {
    const { numUpdatedRows } = await tx.db
      .updateTable('cartItems')
      .set({ configuration: JSON.stringify(input.configuration) })
      .where('id', '=', input.itemId)
      .where('cartId', '=', row.id)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw itemMissing()
  })
}

/** Takes one line out and gives what it was, so that it can be put back. */
export async function removeFromCart(
  app: App,
  actor: Actor,
  input: { token: string | undefined; itemId: string },
): Promise<ItemConfiguration> {
  return withRow(app, actor, input.token, async (tx, row) => {
    const removed = await tx.db
      .deleteFrom('cartItems')
      .where('id', '=', input.itemId)
      .where('cartId', '=', row.id)
      .returning('configuration')
      .executeTakeFirst()
    if (!removed) throw itemMissing()
    return ItemConfiguration.parse(removed.configuration)
  })
}

/** Changes the currency everything in the cart is priced in. */
export async function changeCartCurrency(
  app: App,
  actor: Actor,
  input: { token: string | undefined; currency: string },
): Promise<void> {
  await withRow(app, actor, input.token, async (tx, row) => {
    await tx.db.updateTable('carts').set({ currency: input.currency }).where('id', '=', row.id).execute()
  })
}

/** After signing in: what was put into the cart before belongs to the customer, together with what they had. */
export async function adoptCart(app: App, customerId: string, token: string): Promise<void> {
  await app.transaction(system('orders'), async (tx) => {
    const carried = await tx.db
      .selectFrom('carts')
      .selectAll()
      .where('tokenHash', '=', hashToken(token))
      .forUpdate()
      .executeTakeFirst()
    if (!carried || carried.customerId !== null) return
    const own = await tx.db
      .selectFrom('carts')
      .selectAll()
      .where('customerId', '=', customerId)
      .forUpdate()
      .executeTakeFirst()
    if (own) {
      await tx.db.updateTable('cartItems').set({ cartId: carried.id }).where('cartId', '=', own.id).execute()
      if (carried.couponCodes.length === 0) carried.couponCodes = own.couponCodes
      await tx.db.deleteFrom('carts').where('id', '=', own.id).execute()
    }
    await tx.db
      .updateTable('carts')
      .set({ customerId, couponCodes: carried.couponCodes, updatedAt: tx.now })
      .where('id', '=', carried.id)
      .execute()
  })
}

type Row = Schema['carts']

export const itemMissing = (): Problem =>
  new Problem('not_found', 'cart_item_not_found', 'This is no longer in your cart.')

/** The customer whom an actor buys for; null for strangers and staff. */
export const customerOf = (actor: Actor): string | null => (actor.kind === 'user' ? actor.customerId : null)

/** A token opens only a cart that is nobody's or one's own. */
async function findRow(db: App['db'], actor: Actor, token: string | undefined): Promise<Row | undefined> {
  const customerId = customerOf(actor)
  if (token !== undefined) {
    const row = await db.selectFrom('carts').selectAll().where('tokenHash', '=', hashToken(token)).executeTakeFirst()
    if (row && (row.customerId === null || row.customerId === customerId)) return row
  }
  if (customerId === null) return undefined
  return db.selectFrom('carts').selectAll().where('customerId', '=', customerId).executeTakeFirst()
}

async function createRow(tx: Tx, actor: Actor, currency: string, token: string): Promise<Row> {
  return tx.db
    .insertInto('carts')
    .values({
      id: newId('crt'),
      tokenHash: hashToken(token),
      customerId: customerOf(actor),
      currency,
      couponCodes: [],
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function readCart(db: App['db'], row: Row): Promise<Cart> {
  const items = await db
    .selectFrom('cartItems')
    .select(['id', 'configuration'])
    .where('cartId', '=', row.id)
    .orderBy('id')
    .execute()
  return {
    id: row.id,
    currency: row.currency,
    codes: row.couponCodes,
    items: items.map((item) => ({ id: item.id, configuration: ItemConfiguration.parse(item.configuration) })),
  }
}

async function withRow<T>(
  app: App,
  actor: Actor,
  token: string | undefined,
  act: (tx: Tx, row: Row) => Promise<T>,
): Promise<T> {
  return app.transaction(actor, async (tx) => {
    const row = await findRow(tx.db, actor, token)
    if (!row) throw itemMissing()
    return act(tx, row)
  })
}
