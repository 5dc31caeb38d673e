import { portalMoneyMessages } from '../messages/portal-money.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'

/** Money that came in by bank transfer or otherwise, recorded for a document; opens in place and works without scripts. */
export function RecordForm({
  open,
  today,
  reference,
  promised,
  refused,
}: {
  /** What is open, as a plain amount. */
  open: string
  today: string
  reference: string
  promised: boolean
  refused: FormState | undefined
}) {
  const words = useMessages(portalMoneyMessages).record
  return (
    <Card title={words.title} text={promised ? words.promised(reference) : words.text(reference)}>
      <details open={refused !== undefined}>
        <summary className="inline-flex min-h-(--control) items-center rounded-control border border-line-strong/60 px-4 font-medium">
          {words.open}
        </summary>
        <ActionForm id="record" state={refused} labels={words.labels} className="mt-4 max-w-xl">
          <input type="hidden" name="intent" value="record" />
          <Select
            name="channel"
            initial="bank_transfer"
            options={[
              { value: 'bank_transfer', label: words.bank },
              { value: 'manual', label: words.manual },
            ]}
          />
          <Field name="received" initial={open} inputMode="decimal" autoComplete="off" required hint={words.part} />
          <Field name="reference" required maxLength={100} autoComplete="off" hint={words.referenceHint} />
          <Field name="receivedOn" type="date" initial={today} max={today} required />
          <FormActions>
            <SubmitButton>{words.submit}</SubmitButton>
          </FormActions>
        </ActionForm>
      </details>
    </Card>
  )
}
