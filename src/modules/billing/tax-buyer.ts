import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { buyerIn, type TaxBuyer } from './tax.ts'

/**
 * A customer as taxes see them, for a statement that reads `customers` under this name. A confirmation counts only for the
 * number that is theirs now.
 */
export const taxBuyerOf = (customers: string): RawBuilder<TaxBuyer> => sql<TaxBuyer>`(
  select ${taxBuyerOfC} from (select ${sql.ref(`${customers}.id`)}, ${sql.ref(`${customers}.country`)}, ${sql.ref(`${customers}.region`)},
    ${sql.ref(`${customers}.vatId`)}) c left join tax_profiles t on t.customer_id = c.id)`

/** The same for a statement that reads customers as `c`, with their tax profile as `t` where there is one. */
export const taxBuyerOfC: RawBuilder<TaxBuyer> = sql`jsonb_build_object('country', c.country, 'region', c.region,
    'vatConfirmed', coalesce(t.confirmed_at is not null and t.vat_number = c.vat_id, false),
    'override', case when t.override_basis_points is not null
      then jsonb_build_object('rateBasisPoints', t.override_basis_points, 'reason', t.override_reason) end)`

/** How whoever looks is taxed: as the customer they act for, or as somebody of whom nothing is known. */
export async function findTaxBuyer(app: App, actor: Actor): Promise<TaxBuyer> {
  if (actor.kind !== 'user' || !mayDo(actor, 'customer.read')) return buyerIn(null)
  const row = await app.db
    .selectFrom('customers')
    .select(taxBuyerOf('customers').as('taxBuyer'))
    .where('id', '=', actor.customerId)
    .executeTakeFirst()
  return row?.taxBuyer ?? buyerIn(null)
}
