import { taxMessages } from '../messages/tax.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { VatStatus } from '../ui/vat-status.tsx'
import type { VatView } from '../ui/vat-view.ts'
import { formatPercent } from './view.ts'

export type CustomerTax = {
  vat: VatView
  override: { rateBasisPoints: number; reason: string } | undefined
  mayChange: boolean
}

/** How a customer is taxed: the proof of their VAT number, and a rate of their own with its reason. */
export function TaxCard({ tax, state }: { tax: CustomerTax; state: FormState | undefined }) {
  const words = useMessages(taxMessages)
  const locale = useLocale()
  const { override } = tax
  return (
    <Card title={words.own}>
      <div className="grid gap-3">
        <VatStatus vat={tax.vat} />
        {override ? (
          <div>
            <p className="font-medium">{words.ownRate(formatPercent(override.rateBasisPoints, locale))}</p>
            <p className="break-words text-muted">{override.reason}</p>
          </div>
        ) : (
          <p className="text-muted">{words.ownNone}</p>
        )}
        {tax.mayChange && <OwnRate override={override} state={state} />}
      </div>
    </Card>
  )
}

function OwnRate({ override, state }: { override: CustomerTax['override']; state: FormState | undefined }) {
  const words = useMessages(taxMessages)
  return (
    <details open={state !== undefined}>
      <summary className="rounded-control font-medium text-brand-ink">{words.set}</summary>
      <p className="mt-2 text-sm text-muted">{words.ownText}</p>
      <ActionForm id="tax" state={state} labels={words.labels} className="mt-3" summary={false}>
        <input type="hidden" name="do" value="tax" />
        <Field
          name="rate"
          {...(override && { initial: String(override.rateBasisPoints / 100) })}
          hint={words.rateHint}
          inputMode="decimal"
          autoComplete="off"
          required
        />
        <Field name="reason" initial={override?.reason} maxLength={200} autoComplete="off" required />
        <FormActions>
          <SubmitButton>{words.saveOwn}</SubmitButton>
        </FormActions>
      </ActionForm>
      {override && (
        <ActionForm id="untax" className="mt-3">
          <input type="hidden" name="do" value="untax" />
          <SubmitButton variant="secondary">{words.remove}</SubmitButton>
        </ActionForm>
      )}
    </details>
  )
}
