import type { App } from '#app/app.ts'
import { z } from 'zod'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import { versionedCache } from '#platform/versioned-cache.ts'
import type { Party } from './invoice.ts'
import { resolveTaxOn, type TaxBuyer, type TaxRule, type TaxTreatment } from './tax.ts'

export type LegalEntity = Schema['legalEntities']

type Seller = { entity: LegalEntity; rules: TaxRule[] }

const readOnce = versionedCache<App['db'], Seller | undefined>(readSeller)

/** The seller and how it taxes a buyer today, or on another day, as of that count of changes to the offer. Throws `seller_not_set_up`. */
export async function sellerAt(
  app: Pick<App, 'database'>,
  db: App['db'],
  version: bigint,
  buyer: TaxBuyer,
  now: Temporal.Instant,
  on?: Temporal.PlainDate,
): Promise<{ entity: LegalEntity; treatment: TaxTreatment }> {
  const seller = await readOnce(app.database, db, version)
  if (!seller) throw notSetUp()
  const today = now.toZonedDateTimeISO(seller.entity.timeZone).toPlainDate()
  const treatment = resolveTaxOn(seller.rules, seller.entity, buyer, { day: on ?? today, today })
  if (!treatment) throw notSetUp()
  return { entity: seller.entity, treatment }
}

async function readSeller(db: App['db']): Promise<Seller | undefined> {
  const entity = await db.selectFrom('legalEntities').selectAll().orderBy('id').limit(1).executeTakeFirst()
  if (!entity) return undefined
  const rules = await db.selectFrom('taxRules').selectAll().where('legalEntityId', '=', entity.id).execute()
  return { entity, rules }
}

/** What documents say at their foot, per language; empty says nothing. */
export const InvoiceFooter = z.strictObject({ en: z.string(), de: z.string() })

/** The seller as documents say it; `seller_party` of the database says the same when a document takes its number. */
export function sellerParty({ name, address, country, vatId, email, invoiceFooter }: LegalEntity): Party {
  const footer = InvoiceFooter.parse(invoiceFooter)
  return { name, company: null, address, country, vatId, email, ...(footer.en || footer.de ? { footer } : {}) }
}

/** The time zone in which the seller counts days. Throws `seller_not_set_up`. */
export async function getSellerTimeZone(app: App): Promise<string> {
  const entity = await app.db.selectFrom('legalEntities').select('timeZone').orderBy('id').limit(1).executeTakeFirst()
  if (!entity) throw notSetUp()
  return entity.timeZone
}

const notSetUp = (): Problem =>
  new Problem('unavailable', 'seller_not_set_up', 'This shop cannot take orders yet. Please try again later.')
