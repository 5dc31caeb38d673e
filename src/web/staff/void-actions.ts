import { data } from 'react-router'
import { z } from 'zod'
import { voidByHand } from '#modules/billing/void-by-hand.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

const VoidForm = z.object({ intent: z.literal('void'), reason: z.string().max(200) })

/** Voids a document for the reason given in the form on its page. */
export async function voidDocument({ app, actor }: StaffScope, invoiceId: string, form: FormData, locale: Locale) {
  const parsed = parseForm(VoidForm, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const made = await tryForm(form, locale, () => voidByHand(app, actor, { invoiceId, reason: parsed.value.reason }))
  return made.ok ? redirectWithFlash(paths.staffInvoice(invoiceId), 'invoiceVoided') : data<FormState>(made, 409)
}
