import { data } from 'react-router'
import { z } from 'zod'
import { grantCredit, withdrawCredit } from '#modules/billing/grant-credit.ts'
import { payFromCredit } from '#modules/billing/pay-from-credit.ts'
import type { Locale } from '#platform/i18n.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { paths } from '../paths.ts'
import { fieldText, type FormState, parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'
import { GIVE_CREDIT } from './give-credit.ts'
import { readAmount } from './read-amount.ts'

const currency = z.string().regex(/^[A-Z]{3}$/)
const Give = z.object({ do: z.literal(GIVE_CREDIT), amount: z.string().max(30), currency, reason: z.string().max(200) })
const Withdraw = z.object({ do: z.literal('withdraw'), id: z.string().regex(/^crg_[0-9a-z]{26}$/) })
const Use = z.object({ do: z.literal('use'), customer: z.string().regex(/^cus_[0-9a-z]{26}$/), currency })

/** Gives a customer credit as the form on their page says. */
export async function giveCredit({ app, actor }: StaffScope, customerId: string, form: FormData, locale: Locale) {
  const parsed = parseForm(Give, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { amount, reason, ...given } = parsed.value
  const amountMinor = readAmount(amount, given.currency)
  if (amountMinor === undefined) {
    const errors = { amount: staffCreditMessages[locale].card.amountInvalid }
    return data<FormState>({ ok: false, errors, values: typedValues(form) }, 422)
  }
  const done = await tryForm(form, locale, () =>
    grantCredit(app, actor, { customerId, currency: given.currency, amountMinor, note: reason }),
  )
  return done.ok ? redirectWithFlash(paths.staffCustomer(customerId), 'creditGiven') : data<FormState>(done, 409)
}

/** Takes goodwill back, or pays open documents from a customer's credit; then goes on to `address`. */
export async function actOnCredit({ app, actor }: StaffScope, form: FormData, locale: Locale, address: string) {
  const withdraws = fieldText(form, 'do') === 'withdraw'
  const parsed = withdraws ? parseForm(Withdraw, form, locale) : parseForm(Use, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { value } = parsed
  const done = await tryForm(form, locale, async () => {
    if (value.do === 'use') await payFromCredit(app, actor, { customerId: value.customer, currency: value.currency })
    else await withdrawCredit(app, actor, { grantId: value.id, note: 'taken back on the list of credit' })
  })
  if (!done.ok) return data<FormState>(done, 409)
  return redirectWithFlash(address, withdraws ? 'creditWithdrawn' : 'creditUsed')
}
