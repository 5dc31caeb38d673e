import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** What is still to pay in one currency, and on how many invoices. Minor units. */
export type OpenBalance = { currency: string; amountMinor: bigint; invoices: number }

/** What is owed on open invoices, by currency; credit that was asked for and not paid is not owed. Users see their own alone; nothing owed gives an empty list. */
export async function listOpenBalances(app: App, actor: Actor): Promise<OpenBalance[]> {
  const owner = visibleWith(actor, 'invoice.read')
  const rows = await app.db
    .selectFrom('invoices')
    .select(({ fn, eb }) => [
      'currency',
      fn.countAll<bigint>().as('invoices'),
      // A sum of bigint is numeric, which the driver gives as text.
      fn.sum<string>(eb('totalMinor', '-', eb.ref('paidMinor'))).as('amountMinor'),
    ])
    .where('state', '=', 'open')
    .where('purpose', '<>', 'topup')
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .groupBy('currency')
    .orderBy('currency')
    .execute()
  return rows.map((row) => ({
    currency: row.currency,
    amountMinor: BigInt(row.amountMinor),
    invoices: Number(row.invoices),
  }))
}
