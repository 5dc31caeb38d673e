import { data } from 'react-router'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import { type Invoice, invoiceMachine } from '#modules/billing/invoice.ts'
import { recordTransfer } from '#modules/billing/record-transfer.ts'
import { getSellerTimeZone } from '#modules/billing/seller.ts'
import { transferReference } from '#modules/billing/transfer-reference.ts'
import type { Locale } from '#platform/i18n.ts'
import { toDecimal } from '#platform/money.ts'
import { can } from '#platform/state-machine.ts'
import { redirectWithFlash } from '../flash.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { type FormState, parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import type { StaffScope } from './access.ts'
import { readAmount } from './read-amount.ts'

const RecordForm = z.object({
  intent: z.literal('record'),
  channel: z.enum(['bank_transfer', 'manual']),
  received: z.string().max(30),
  reference: z.string().max(100),
  receivedOn: z.iso.date(),
})

/** Records money that came in outside the gateway, as the form on the page of its document asks for. */
export async function recordMoney({ app, actor }: StaffScope, invoiceId: string, form: FormData, locale: Locale) {
  const words = portalMoneyMessages[locale].record
  const parsed = parseForm(RecordForm, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { channel, received, reference, receivedOn } = parsed.value
  const { currency } = await getInvoice(app, actor, invoiceId)
  const amountMinor = readAmount(received, currency)
  if (amountMinor === undefined)
    return data<FormState>({ ok: false, errors: { received: words.invalid }, values: typedValues(form) }, 422)
  const made = await tryForm(form, locale, () =>
    recordTransfer(app, actor, {
      invoiceId,
      channel,
      amountMinor,
      reference,
      receivedOn: Temporal.PlainDate.from(receivedOn),
    }),
  )
  return made.ok ? redirectWithFlash(paths.staffInvoice(invoiceId), 'moneyRecorded') : data<FormState>(made, 409)
}

/** What the form begins with; undefined where nothing is to be recorded, or not by whoever looks. */
export async function recordView(app: App, invoice: Invoice, may: boolean) {
  if (!may || !can(invoiceMachine, invoice, 'pay')) return undefined
  return {
    open: toDecimal(invoice.totalMinor - invoice.paidMinor, invoice.currency),
    today: app.clock
      .now()
      .toZonedDateTimeISO(await getSellerTimeZone(app))
      .toPlainDate()
      .toString(),
    reference: transferReference(invoice),
    promised: invoice.transferChosenAt !== null,
  }
}
