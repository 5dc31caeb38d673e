import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { setTaxOverride } from '#modules/billing/set-tax-override.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm } from '../ui/form-state.ts'
import { staffScope } from './access.ts'
import { rateField } from './tax-form.ts'

/** Gives a customer a rate of their own or takes it back, for the forms of TaxCard. */
export async function changeTax(context: Readonly<RouterContextProvider>, customerId: string, form: FormData) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const back = paths.staffCustomer(customerId)
  if (form.get('do') === 'untax') {
    await setTaxOverride(app, actor, { customerId, override: null })
    return redirectWithFlash(back, 'saved')
  }
  const input = z.object({ do: z.literal('tax'), rate: rateField(locale), reason: z.string().min(3).max(200) })
  const parsed = parseForm(input, form, locale)
  if (!parsed.ok) return data<FormState & { form: 'tax' }>({ ...parsed, form: 'tax' }, 422)
  const { rate: rateBasisPoints, reason } = parsed.value
  await setTaxOverride(app, actor, { customerId, override: { rateBasisPoints, reason } })
  return redirectWithFlash(back, 'saved')
}
