import { data } from 'react-router'
import { z } from 'zod'
import { findPayable, type Payable } from '#modules/billing/find-payable.ts'
import { recordTransfer } from '#modules/billing/record-transfer.ts'
import { toDecimal } from '#platform/money.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { paths } from '../paths.ts'
import { FormPage } from '../ui/page.tsx'
import { type FormState, parseForm, tryForm, typedValues } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { readAmount } from './read-amount.ts'
import { PayableList, RecordForm, SearchForm } from './record-received.tsx'
import type { Route } from './+types/record-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const url = readListUrl(request)
  const [q, invoiceId] = [url.text('q'), url.text('invoice')]
  const [chosen] = invoiceId === undefined ? [] : await findPayable(app, actor, invoiceId)
  const found = chosen || q === undefined ? [] : await findPayable(app, actor, q)
  const today = app.clock
    .now()
    .toZonedDateTimeISO(chosen?.timeZone ?? 'UTC')
    .toPlainDate()
  return { q, found: found.map(payableView), chosen: chosen && payableView(chosen), today: today.toString() }
}

const payableView = ({ id, number, state, customerName, currency, openMinor, totalMinor, dueOn }: Payable) => ({
  id,
  state,
  number,
  customerName,
  currency,
  openMinor,
  totalMinor,
  openText: openMinor === 0n ? '' : toDecimal(openMinor, currency),
  dueOn: dueOn.toString(),
})
export type PayableView = ReturnType<typeof payableView>

const Input = z.object({
  /** Whoever comes from the page of the document goes back there. */
  from: z.literal('invoice').optional(),
  invoice: z.string().regex(/^inv_[0-9a-z]{26}$/),
  channel: z.enum(['bank_transfer', 'manual']),
  amount: z.string().max(30),
  reference: z.string().max(140),
  receivedOn: z.iso.date(),
})

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(Input, form, locale)
  if (!parsed.ok) return data<FormState>(parsed, 422)
  const { from, invoice: invoiceId, channel, amount, reference, receivedOn } = parsed.value
  const [payable] = await findPayable(app, actor, invoiceId)
  const amountMinor = payable && readAmount(amount, payable.currency)
  if (payable && amountMinor === undefined) {
    const errors = { amount: staffCreditMessages[locale].card.amountInvalid }
    return data<FormState>({ ok: false, errors, values: typedValues(form) }, 422)
  }
  const recorded = await tryForm(form, locale, () =>
    recordTransfer(app, actor, {
      invoiceId,
      channel,
      amountMinor: amountMinor ?? 0n,
      reference,
      receivedOn: Temporal.PlainDate.from(receivedOn),
    }),
  )
  if (!recorded.ok) return data<FormState>(recorded, 409)
  const next = from === 'invoice' ? paths.staffInvoice(invoiceId) : paths.staffPayment(recorded.value.id)
  return redirectWithFlash(next, 'moneyRecorded')
}

export default function RecordPage({ loaderData, actionData }: Route.ComponentProps) {
  const { q, found, chosen, today } = loaderData
  const words = useMessages(staffCreditMessages).record
  return (
    <FormPage title={words.title} text={words.intro} back={{ to: paths.staffPayments(), label: words.back }}>
      {chosen ? (
        <RecordForm payable={chosen} today={today} state={actionData} />
      ) : (
        <div className="grid gap-5">
          <SearchForm q={q} />
          {q !== undefined && <PayableList q={q} found={found} />}
        </div>
      )}
    </FormPage>
  )
}
