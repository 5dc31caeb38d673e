import { z } from 'zod'
import { isCountry, REGION } from '#modules/accounts/customer.ts'
import { type AddTaxRuleInput, TAX_CATEGORIES } from '#modules/billing/add-tax-rule.ts'
import type { Locale } from '#platform/i18n.ts'
import { taxMessages } from '../messages/tax.ts'

const RATE = /^(\d{1,3})(?:[.,](\d{1,2}))?$/

/** A rate typed in percent, as basis points; undefined when it is none. */
function readRate(text: string): number | undefined {
  const [, whole, rest = ''] = RATE.exec(text) ?? []
  if (whole === undefined) return undefined
  const basisPoints = Number(whole) * 100 + Number(rest.padEnd(2, '0'))
  return basisPoints <= 10_000 ? basisPoints : undefined
}

/** A field that holds a rate in percent and becomes basis points. */
export const rateField = (locale: Locale) =>
  z.string().transform((text, context) => {
    const rate = readRate(text)
    if (rate !== undefined) return rate
    context.addIssue({ code: 'custom', message: taxMessages[locale].wrongRate })
    return z.NEVER
  })

/** A field that holds a day. */
export const dayField = (locale: Locale) =>
  z.string().transform((text, context) => {
    try {
      return Temporal.PlainDate.from(text)
    } catch {
      context.addIssue({ code: 'custom', message: taxMessages[locale].wrongDay })
      return z.NEVER
    }
  })

/** Level and way of the second tax are one choice for people. */
const LEVELS = { '1': [1, false], '2': [2, false], '3': [2, true] } as const
const LEVEL_CHOICES = Object.keys(LEVELS) as (keyof typeof LEVELS)[]

export function ruleForm(locale: Locale) {
  const words = taxMessages[locale]
  return z
    .object({
      do: z.enum(['review', 'edit', 'save']),
      country: z.string().refine(isCountry).optional(),
      region: z.string().toUpperCase().regex(REGION).optional(),
      level: z.enum(LEVEL_CHOICES),
      name: z.string().max(40),
      category: z.enum(TAX_CATEGORIES),
      rate: rateField(locale),
      validFrom: dayField(locale),
    })
    .superRefine(({ country, region, category, rate }, context) => {
      if (region !== undefined && country === undefined)
        context.addIssue({ code: 'custom', path: ['country'], message: words.needsCountry })
      if (category !== 'S' && rate > 0) context.addIssue({ code: 'custom', path: ['rate'], message: words.noCharge })
    })
}

export function ruleOf({
  country = null,
  region = null,
  level,
  rate,
  do: _do,
  ...rest
}: Omit<z.output<ReturnType<typeof ruleForm>>, 'country' | 'region'> & {
  country?: string | null | undefined
  region?: string | null | undefined
}): AddTaxRuleInput {
  const [its, compound] = LEVELS[level]
  return { ...rest, country, region, level: its, compound, rateBasisPoints: rate }
}
