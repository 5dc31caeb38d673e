import { data } from 'react-router'
import { z } from 'zod'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import { getPayment } from '#modules/billing/billing-queries.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'
import { readAmount } from './read-amount.ts'

const RefundForm = z.object({
  amount: z.string().max(30),
  reason: z.string().max(200),
  destination: z.enum(['gateway', 'credit', 'by_hand']),
  service: z.enum(['keep', 'suspend', 'terminate']),
  invoiceId: z
    .string()
    .regex(/^inv_[0-9a-z]{26}$/)
    .optional(),
  reference: z.string().max(100).optional(),
  requestKey: z.string().regex(/^req_[0-9a-z]{26}$/),
})

/** Refunds as the form on a payment's page asks for. */
export async function refund({ app, actor }: StaffScope, paymentId: string, form: FormData, locale: Locale) {
  const words = staffMoneyMessages[locale].form
  const parsed = parseForm(RefundForm, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { amount, ...rest } = parsed.value
  const { currency } = await getPayment(app, actor, paymentId)
  const amountMinor = readAmount(amount, currency)
  if (amountMinor === undefined) {
    const values = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string')) as FormState['values']
    return data<FormState>({ ok: false, errors: { amount: words.amountInvalid }, values }, 422)
  }
  const made = await tryForm(form, locale, () =>
    refundPayment(app, actor, { paymentId, amountMinor, currency, ...rest }),
  )
  if (!made.ok) return data<FormState>(made, 409)
  return redirectWithFlash(paths.staffPayment(paymentId), made.value.approvalId ? 'approvalAsked' : 'refundBegun')
}
