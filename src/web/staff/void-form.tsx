import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'

/** Voids a document that staff may void by itself; opens in place and works without scripts. */
export function VoidForm({ refused }: { refused: FormState | undefined }) {
  const words = useMessages(staffInvoicesMessages)
  return (
    <Card title={words.void} text={words.voidText}>
      <details open={refused !== undefined}>
        <summary className="inline-flex min-h-(--control) items-center rounded-control border border-line-strong/60 px-4 font-medium">
          {words.voidTitle}
        </summary>
        <ActionForm id="void" state={refused} labels={{ reason: words.voidReason }} className="mt-4 max-w-xl">
          <input type="hidden" name="intent" value="void" />
          <Field name="reason" hint={words.voidReasonHint} maxLength={200} required />
          <FormActions>
            <SubmitButton variant="danger">{words.void}</SubmitButton>
          </FormActions>
        </ActionForm>
      </details>
    </Card>
  )
}
