import { actingMessages } from '../messages/acting.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'

/** Asks why before one of us looks as a customer. Opens in place; works without scripts. */
export function ActAs({ state }: { state: FormState | undefined }) {
  const words = useMessages(actingMessages)
  return (
    <Card>
      <details open={state !== undefined}>
        <summary className="rounded-control font-medium text-brand-ink">{words.begin}</summary>
        <p className="mt-2 text-sm text-muted">{words.text}</p>
        <ActionForm
          id="act"
          state={state}
          labels={{ reason: words.reason }}
          className="mt-3"
          summary={false}
          reloadDocument
        >
          <input type="hidden" name="do" value="act" />
          <Field name="reason" hint={words.reasonHint} maxLength={500} autoComplete="off" required />
          <FormActions>
            <SubmitButton>{words.submit}</SubmitButton>
          </FormActions>
        </ActionForm>
      </details>
    </Card>
  )
}
