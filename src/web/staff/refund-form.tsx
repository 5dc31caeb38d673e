import { formatMoney } from '#platform/i18n.ts'
import { toDecimal } from '#platform/money.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { RadioCards } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { shortId } from './view.ts'

/** What may be refunded, where to, and by whom. */
export type RefundOffer = {
  leftMinor: bigint
  currency: string
  destinations: readonly string[]
  services: readonly string[]
  documents: readonly { id: string; number: string | null }[]
  /** Of this showing of the form: sent twice, it is made once. */
  requestKey: string
}

/** One audited act: how much, why, where to, and what becomes of the service. Works without scripts. */
export function RefundForm({ offer, refused }: { offer: RefundOffer; refused: FormState | undefined }) {
  const words = useMessages(staffMoneyMessages)
  const invoices = useMessages(staffObjectsMessages).invoices
  const locale = useLocale()
  const { leftMinor, currency, destinations, services, documents } = offer
  const { form, refunds } = words
  const labels = {
    amount: words.amount,
    reason: refunds.reason,
    destination: refunds.destination,
    service: form.service,
    invoiceId: form.document,
    reference: form.reference,
  }
  return (
    <Card title={form.title}>
      <ActionForm id="refund" state={refused} labels={labels} className="max-w-xl">
        <p className="text-muted">{form.intro(formatMoney(leftMinor, currency, locale))}</p>
        <input type="hidden" name="requestKey" value={offer.requestKey} />
        <Field
          name="amount"
          inputMode="decimal"
          initial={toDecimal(leftMinor, currency)}
          hint={form.amountHint(currency)}
          required
          className="max-w-48"
        />
        <Field name="reason" hint={form.reasonHint} maxLength={200} required />
        {documents.length > 1 && (
          <Select
            name="invoiceId"
            placeholder={form.anyDocument}
            options={documents.map(({ id, number }) => ({
              value: id,
              label: number ?? invoices.proFormaOf(shortId(id)),
            }))}
          />
        )}
        <RadioCards
          name="destination"
          initial={destinations[0]}
          options={destinations.map((each) => ({ value: each, title: refunds.destinations[each] ?? each }))}
        />
        <Field name="reference" hint={form.referenceHint} maxLength={100} required={false} />
        <RadioCards
          name="service"
          initial="keep"
          options={services.map((each) => ({ value: each, title: form.services[each] ?? each }))}
        />
        <FormActions>
          <SubmitButton variant="danger">{form.submit}</SubmitButton>
          <span className="text-sm text-muted">{form.sent}</span>
        </FormActions>
      </ActionForm>
    </Card>
  )
}
