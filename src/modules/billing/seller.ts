import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Party } from './invoice.ts'
import { type TaxRule, taxRuleFor } from './tax.ts'

export type LegalEntity = Schema['legalEntities']

/** The seller and the rule by which it taxes a buyer from `country` today. Throws when the seller is not set up. */
export async function getSeller(
  db: App['db'],
  country: string | null,
  now: Temporal.Instant,
): Promise<{ entity: LegalEntity; rule: TaxRule }> {
  const rows = await db
    .selectFrom('legalEntities as e')
    .innerJoin('taxRules as r', 'r.legalEntityId', 'e.id')
    .selectAll('e')
    .select([
      'r.id as ruleId',
      'r.name as ruleName',
      'r.country as ruleCountry',
      'r.rateBasisPoints',
      'r.validFrom',
      'r.validTo',
    ])
    .orderBy('e.id')
    .execute()
  const [first] = rows
  const rules = rows
    .filter((row) => row.id === first?.id)
    .map((row): TaxRule => ({
      id: row.ruleId,
      legalEntityId: row.id,
      country: row.ruleCountry,
      name: row.ruleName,
      rateBasisPoints: row.rateBasisPoints,
      validFrom: row.validFrom,
      validTo: row.validTo,
    }))
  const rule = first && taxRuleFor(rules, country, now.toZonedDateTimeISO(first.timeZone).toPlainDate())
  if (!first || !rule)
    throw new Problem('unavailable', 'seller_not_set_up', 'This shop cannot take orders yet. Please try again later.')
  const {
    ruleId: _id,
    ruleName: _name,
    ruleCountry: _country,
    rateBasisPoints: _rate,
    validFrom: _from,
    validTo: _to,
    ...entity
  } = first
  return { entity, rule }
}

export const sellerParty = (entity: LegalEntity): Party => ({
  name: entity.name,
  company: null,
  address: entity.address,
  country: entity.country,
  vatId: entity.vatId,
  email: entity.email,
})
