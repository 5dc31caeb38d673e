import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import type { GatewayItem } from '../gateway-subscriptions.ts'
import { sellerAt } from '../seller.ts'
import type { LegalEntity } from '../seller.ts'
import type { TaxBuyer, TaxTreatment } from '../tax.ts'
import { taxBuyerOf } from '../tax-buyer.ts'
import { agreedUnit } from './adoption.ts'

/** The seller, how it taxes a customer today, and what one piece of the gateway's item costs in an agreement with them, in minor units. */
export async function agreePrice(
  app: App,
  customerId: string,
  item: GatewayItem,
): Promise<{ seller: LegalEntity; treatment: TaxTreatment; unitMinor: bigint }> {
  const { rows } = await sql<{ buyer: TaxBuyer; version: bigint }>`
    select ${taxBuyerOf('customers')} as buyer, ${offerVersion} as version from customers where id = ${customerId}`.execute(
    app.db,
  )
  const { buyer, version } = rows[0]!
  const { entity: seller, treatment } = await sellerAt(app, app.db, version, buyer, app.clock.now())
  return { seller, treatment, unitMinor: agreedUnit(item, treatment, seller.pricesIncludeTax) }
}
