import { COUNTRIES } from '#modules/accounts/customer.ts'
import { isEuCountry } from '#modules/accounts/vat-number.ts'
import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'

/** The standard rates of the member states in basis points, as of 2026. */
const RATES: Record<string, number> = {
  AT: 2_000,
  BE: 2_100,
  BG: 2_000,
  CY: 1_900,
  CZ: 2_100,
  DE: 1_900,
  DK: 2_500,
  EE: 2_400,
  ES: 2_100,
  FI: 2_550,
  FR: 2_000,
  GR: 2_400,
  HR: 2_500,
  HU: 2_700,
  IE: 2_300,
  IT: 2_200,
  LT: 2_100,
  LU: 1_700,
  LV: 2_100,
  MT: 1_800,
  NL: 2_100,
  PL: 2_300,
  PT: 2_300,
  RO: 2_100,
  SE: 2_500,
  SI: 2_200,
  SK: 2_300,
}

/**
 * The taxes of a seller in Germany: at home 19 %, consumers elsewhere in the EU at the rate of their country (one-stop shop),
 * and no tax outside of it, a rule for each country. Nobody's country falls through: whoever has no rule pays as at home.
 */
export async function seedTaxRules(db: Database['db'], legalEntityId: string): Promise<void> {
  const rule = (country: string | null, rateBasisPoints: number, from = '2026-01-01') => ({
    id: newId('txr'),
    legalEntityId,
    country,
    region: null,
    level: 1,
    compound: false,
    name: 'VAT',
    category: rateBasisPoints === 0 ? ('O' as const) : ('S' as const),
    rateBasisPoints,
    validFrom: Temporal.PlainDate.from(from),
  })
  const others = Object.entries(RATES).filter(([country]) => country !== 'DE')
  await db
    .insertInto('taxRules')
    .values([
      rule(null, RATES['DE']!, '2007-01-01'),
      ...others.map(([country, rate]) => rule(country, rate)),
      ...COUNTRIES.filter((country) => !isEuCountry(country)).map((country) => rule(country, 0)),
    ])
    .execute()
}
