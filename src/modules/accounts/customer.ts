import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'

/** Who buys and owes. */
export type Customer = Schema['customers']

/** A state or province: the second half of ISO 3166-2. */
export const REGION = /^[A-Z0-9]{1,3}$/

/** What an invoice names as its buyer. */
export type BillingDetails = Pick<
  Customer,
  'name' | 'company' | 'addressLine1' | 'addressLine2' | 'postalCode' | 'city' | 'region' | 'country' | 'vatId'
>

export const billingDetails = (customer: Customer): BillingDetails => ({
  name: customer.name,
  company: customer.company,
  addressLine1: customer.addressLine1,
  addressLine2: customer.addressLine2,
  postalCode: customer.postalCode,
  city: customer.city,
  region: customer.region,
  country: customer.country,
  vatId: customer.vatId,
})

/** Whether an order can be invoiced: somebody's name, street, city and country. */
export const hasBillingDetails = (customer: Customer): boolean =>
  Boolean(customer.addressLine1 && customer.city && customer.country)

/** An invoice must say who buys and where they are. Throws `billing_details_missing`. */
export function requireBillingDetails(customer: Customer): void {
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

/** ISO 3166-1 alpha-2, as of 2026. Names come from Intl.DisplayNames. */
export const COUNTRIES: readonly string[] = `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
  MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
  SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
  UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`
  .trim()
  .split(/\s+/)

const COUNTRY_SET = new Set(COUNTRIES)
export const isCountry = (code: string): boolean => COUNTRY_SET.has(code)
