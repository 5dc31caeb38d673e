import type { ChangeChoices } from '#modules/billing/list-change-choices.ts'
import type { ChangeWanted } from '#modules/billing/price-change.ts'
import { parsePeriod, Period } from '#modules/catalog/period.ts'
import { fieldText } from '../ui/form-state.ts'
import { z } from 'zod'

const Quantity = z.coerce.number().int().min(0).max(100_000).catch(0)

/** What a form about a change asks for. Options are fields of their own, named after their codes. */
export function readWanted(form: FormData, { options }: Pick<ChangeChoices, 'options'>): ChangeWanted {
  const plan = fieldText(form, 'plan')
  const period = parsePeriod(fieldText(form, 'period'))
  return {
    ...(plan === '' ? {} : { plan }),
    ...(period === undefined ? {} : { period }),
    options: options.map(({ code, kind }) => {
      const typed = fieldText(form, `option-${code}`)
      if (kind === 'choice') return { code, quantity: typed === '' ? 0 : 1, choice: typed === '' ? null : typed }
      return { code, quantity: kind === 'switch' ? (typed === 'on' ? 1 : 0) : Quantity.parse(typed) }
    }),
  }
}

/** What an earlier quote was asked for, so that its form shows it again. */
export const StoredWanted = z.object({
  plan: z.string().optional(),
  period: Period.optional(),
  options: z
    .array(z.object({ code: z.string(), quantity: z.int(), choice: z.string().nullable().optional() }))
    .optional(),
})
