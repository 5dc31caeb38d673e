import { formatMoney } from '#platform/i18n.ts'
import { staffDunningMessages } from '../messages/staff-dunning.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm, FormActions } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Code } from '../ui/values.tsx'
import type { StoryView } from './dunning-view.ts'
import { Day } from './parts.tsx'

type Props = {
  story: StoryView | undefined
  open: { minor: bigint; currency: string } | undefined
  may: { hold: boolean; writeOff: boolean }
  refused: FormState | undefined
}

/** Every step of dunning of one document, taken and to come, and what a person may do about it. */
export function DunningCard({ story, open, may, refused }: Props) {
  const words = useMessages(staffDunningMessages)
  const { card } = words
  if (!story && !open) return null
  return (
    <Card title={card.title}>
      {story && (
        <ol className="grid gap-1.5 text-table">
          {story.taken.map(({ action, day, outcome, on }) => (
            <li key={`${action} ${day}`} className="flex flex-wrap gap-x-2">
              <Day at={on} />
              <span className="font-medium">{words.actions[action]}</span>
              <span className="text-muted">{card.outcomes[outcome] ?? <Code>{outcome}</Code>}</span>
            </li>
          ))}
          {story.coming.map(({ action, day, on }) => (
            <li key={`${action} ${day}`} className="flex flex-wrap gap-x-2 text-muted">
              {on === null ? <span>{card.after}</span> : <Day at={on} />}
              <span>{words.actions[action]}</span>
            </li>
          ))}
          {open && story.coming.length === 0 && <li className="text-muted">{card.over}</li>}
        </ol>
      )}
      {open && <Decide open={open} story={story} may={may} refused={refused} />}
    </Card>
  )
}

function Decide({ open, story, may, refused }: Props & { open: NonNullable<Props['open']> }) {
  const { card } = useMessages(staffDunningMessages)
  const locale = useLocale()
  return (
    <div className="mt-4 grid gap-4 border-t border-line pt-4">
      {may.writeOff && (
        <ActionForm id="remind" summary={false}>
          <div>
            <SubmitButton size="small" variant="secondary" name="do" value="remind">
              {card.remind}
            </SubmitButton>
          </div>
        </ActionForm>
      )}
      {may.hold && story && (
        <details open={refused?.values['do'] === 'hold'}>
          <summary className="rounded-control font-medium text-brand-ink">
            {card.hold}
            {story.holdUntil !== null && (
              <span className="ml-2 font-normal text-warn">
                <Day at={story.holdUntil} />
              </span>
            )}
          </summary>
          <ActionForm
            id="hold"
            state={refused?.values['do'] === 'hold' ? refused : undefined}
            labels={{ until: card.hold }}
            className="mt-2"
          >
            <input type="hidden" name="do" value="hold" />
            <Field name="until" type="date" hint={card.holdHint} initial={story.holdUntil ?? ''} />
            <FormActions>
              <SubmitButton size="small" variant="secondary">
                {card.holdSave}
              </SubmitButton>
            </FormActions>
          </ActionForm>
        </details>
      )}
      {may.writeOff && (
        <details open={refused?.values['do'] === 'write_off'}>
          <summary className="rounded-control font-medium text-brand-ink">{card.writeOff}</summary>
          <ActionForm
            id="write-off"
            state={refused?.values['do'] === 'write_off' ? refused : undefined}
            labels={{ reason: card.reason }}
            className="mt-2"
          >
            <p className="font-medium">{card.writeOffTitle(formatMoney(open.minor, open.currency, locale))}</p>
            <p className="text-sm text-muted">{card.writeOffText}</p>
            <input type="hidden" name="do" value="write_off" />
            <Field name="reason" hint={card.reasonHint} maxLength={200} required />
            <FormActions>
              <SubmitButton size="small" variant="danger">
                {card.writeOff}
              </SubmitButton>
            </FormActions>
          </ActionForm>
        </details>
      )}
    </div>
  )
}
