import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Order } from './order.ts'
import type { QuotedItem } from './price-item.ts'
import type { Quote } from './quote.ts'

type Tried = Pick<QuotedItem, 'product' | 'trialDays'>

/** Throws `trial_needs_method` for a trial without a saved way to pay, where the seller asks for one. */
export async function requireMethodForTrials(tx: Tx, customerId: string, quote: Quote): Promise<void> {
  if (await lacksMethod(tx.db, customerId, quote))
    throw new Problem(
      'conflict',
      'trial_needs_method',
      'A trial needs a saved way to pay. Save a card and order again; nothing is charged before the trial ends.',
    )
}

/** Whether a trial is ordered that waits for a saved way to pay. */
export async function lacksMethod(db: App['db'], customerId: string, quote: Quote): Promise<boolean> {
  if (!quote.seller.trialNeedsMethod || quote.items.every(({ trialDays }) => trialDays === null)) return false
  const saved = await db
    .selectFrom('paymentMethods')
    .select('id')
    .where('customerId', '=', customerId)
    .where('forgottenAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return saved === undefined
}

const INSERT_TRIALS = `
  insert into trials (customer_id, product_id, order_id, started_at) select $1, product_id, $2, $3 from unnest($4::text[]) as product_id`

/** Notes which products an order tries out: each once per customer, which the table holds. */
export function noteTrials(tx: Tx, { id, customerId }: Order, items: readonly Tried[]): void {
  const products = items.flatMap(({ product, trialDays }) => (trialDays === null ? [] : product.id))
  if (products.length > 0) tx.along({ sql: INSERT_TRIALS, parameters: [customerId, id, tx.now, products] })
}
