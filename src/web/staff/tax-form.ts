import { z } from 'zod'
import { isCountry, REGION } from '#modules/accounts/customer.ts'
import { type AddTaxRuleInput, TAX_CATEGORIES } from '#modules/billing/add-tax-rule.ts'
import { rateOfMillionths } from '#modules/billing/tax.ts'
import type { Locale } from '#platform/i18n.ts'
import { taxMessages } from '../messages/tax.ts'

const RATE = /^(\d{1,3})(?:[.,](\d{1,4}))?$/

/** A rate typed in percent with so many decimals, as a whole number of the last; undefined when it is none. */
function readRate(text: string, decimals: number): number | undefined {
  const [, whole, rest = ''] = RATE.exec(text) ?? []
  if (whole === undefined || rest.length > decimals) return undefined
  const rate = Number(whole) * 10 ** decimals + Number(rest.padEnd(decimals, '0'))
  return rate <= 100 * 10 ** decimals ? rate : undefined
}

/** A field that holds a rate in percent and becomes basis points, or with four decimals millionths. */
export const rateField = (locale: Locale, decimals: 2 | 4 = 2) =>
  z.string().transform((text, context) => {
    const rate = readRate(text, decimals)
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
      rate: rateField(locale, 4),
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
  return { ...rest, country, region, level: its, compound, ...rateOfMillionths(rate) }
}
