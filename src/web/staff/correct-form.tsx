import { staffMoneyMessages } from '../messages/staff-money.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'

type Line = { id: string; description: string }

/** Takes lines back as credit, with a credit note; opens in place and works without scripts. */
export function CorrectForm({ lines, refused }: { lines: readonly Line[]; refused: FormState | undefined }) {
  const words = useMessages(staffMoneyMessages)
  const { correct } = words
  const typed = refused?.values['amount'] ?? []
  return (
    <Card title={correct.title} text={correct.text}>
      <details open={refused !== undefined}>
        <summary className="inline-flex min-h-(--control) items-center rounded-control border border-line-strong/60 px-4 font-medium">
          {correct.open}
        </summary>
        <ActionForm
          id="correct"
          state={refused}
          labels={{ amount: words.amount, reason: words.refunds.reason }}
          className="mt-4 max-w-xl"
        >
          {lines.map((line, index) => (
            <div key={line.id} className="grid gap-1.5">
              <input type="hidden" name="line" value={line.id} />
              <label htmlFor={`correct-${line.id}`}>{line.description}</label>
              <input
                id={`correct-${line.id}`}
                name="amount"
                inputMode="decimal"
                className="control max-w-48"
                defaultValue={typeof typed === 'string' ? typed : (typed[index] ?? '0')}
              />
            </div>
          ))}
          <p className="text-sm text-muted">{correct.hint}</p>
          <Field name="reason" hint={words.form.reasonHint} maxLength={200} required />
          <FormActions>
            <SubmitButton variant="danger">{correct.submit}</SubmitButton>
          </FormActions>
        </ActionForm>
      </details>
    </Card>
  )
}
