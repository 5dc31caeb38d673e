import { data } from 'react-router'
import { z } from 'zod'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import { correctInvoice } from '#modules/billing/correct-invoice.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'
import { readAmount } from './read-amount.ts'

const CorrectForm = z.object({
  line: z.array(z.string().regex(/^inl_[0-9a-z]{26}$/)),
  amount: z.array(z.string().max(30)),
  reason: z.string().max(200),
})

/** Takes lines of an invoice back as the form on its page asks for; a line with nothing is left as it is. */
export async function correct({ app, actor }: StaffScope, invoiceId: string, form: FormData, locale: Locale) {
  const words = staffMoneyMessages[locale].correct
  const parsed = parseForm(CorrectForm, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { line, amount, reason } = parsed.value
  const { currency } = await getInvoice(app, actor, invoiceId)
  const lines = line.flatMap((invoiceLineId, index) => {
    const text = amount[index] ?? ''
    if (/^0*(?:[.,]0*)?$/.test(text)) return []
    return [{ invoiceLineId, grossMinor: readAmount(text, currency) }]
  })
  const read = lines.flatMap(({ invoiceLineId, grossMinor }) => (grossMinor ? [{ invoiceLineId, grossMinor }] : []))
  if (amount.length !== line.length || read.length !== lines.length || read.length === 0)
    return data<FormState>({ ok: false, errors: { amount: words.invalid }, values: typedValues(form) }, 422)
  const made = await tryForm(form, locale, () =>
    correctInvoice(app, actor, { invoiceId, lines: read, currency, reason }),
  )
  if (!made.ok) return data<FormState>(made, 409)
  return redirectWithFlash(paths.staffInvoice(invoiceId), made.value.approvalId ? 'approvalAsked' : 'invoiceCorrected')
}
