import { data } from 'react-router'
import { z } from 'zod'
import { holdSuspension } from '#modules/billing/hold-suspension.ts'
import { sendReminder } from '#modules/billing/send-reminder.ts'
import { writeOffInvoice } from '#modules/billing/write-off-invoice.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'

export const DUNNING_DEEDS = ['remind', 'hold', 'write_off'] as const
type Deed = (typeof DUNNING_DEEDS)[number]

const Forms = {
  hold: z.object({ do: z.literal('hold'), until: z.iso.date().optional() }),
  write_off: z.object({ do: z.literal('write_off'), reason: z.string().max(200) }),
}

/** What a person does about a document that is to be paid: reminds of it, holds suspension, gives it up. */
export async function actOnDunning(scope: StaffScope, invoiceId: string, deed: Deed, form: FormData, locale: Locale) {
  const done = await run(scope, invoiceId, deed, form, locale)
  if (!done.ok) return data<FormState>(done, Object.keys(done.errors).length > 0 ? 422 : 409)
  return redirectWithFlash(paths.staffInvoice(invoiceId), deed === 'remind' ? 'reminderSent' : 'saved')
}

async function run({ app, actor }: StaffScope, invoiceId: string, deed: Deed, form: FormData, locale: Locale) {
  if (deed === 'remind') return tryForm(form, locale, () => sendReminder(app, actor, { invoiceId }))
  if (deed === 'hold') {
    const parsed = parseForm(Forms.hold, form, locale)
    if (!parsed.ok) return parsed
    const until = parsed.value.until === undefined ? null : Temporal.PlainDate.from(parsed.value.until)
    return tryForm(form, locale, () => holdSuspension(app, actor, { invoiceId, until }))
  }
  const parsed = parseForm(Forms.write_off, form, locale)
  if (!parsed.ok) return parsed
  return tryForm(form, locale, () => writeOffInvoice(app, actor, { invoiceId, reason: parsed.value.reason }))
}
