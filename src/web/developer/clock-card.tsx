import { developerMessages } from '../messages/developer.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import type { FormState } from '../ui/form-state.ts'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { KeyValue, Time } from '../ui/values.tsx'
import type { DeveloperData } from './developer-page.tsx'

/** Business time, and the way to move it: what will happen stands before the buttons. */
export function ClockCard({ clock, refused }: { clock: DeveloperData['clock']; refused: FormState | undefined }) {
  const words = useMessages(developerMessages)
  const { offsetSeconds: ahead } = clock
  const minutes = Math.floor(ahead / 60)
  const span = words.ahead(Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60)
  return (
    <Card
      title={words.clock}
      actions={<Badge tone={ahead === 0 ? 'ok' : 'warn'}>{ahead === 0 ? words.inStep : span}</Badge>}
    >
      <KeyValue
        columns={2}
        facts={[
          { label: words.businessTime, value: <Time at={clock.now} format="dateTime" /> },
          { label: words.wallTime, value: <Time at={clock.wall} format="dateTime" /> },
        ]}
      />
      {clock.mayMove ? (
        <Move refused={refused} mayReset={ahead !== 0} />
      ) : (
        <p className="mt-4 text-muted">{words.mayNotMove}</p>
      )}
    </Card>
  )
}

function Move({ refused, mayReset }: { refused: FormState | undefined; mayReset: boolean }) {
  const words = useMessages(developerMessages)
  return (
    <div className="mt-5 border-t border-line pt-4">
      <h3 className="font-medium">{words.moveForward}</h3>
      <ul className="mt-1.5 grid list-disc gap-0.5 pl-5 text-sm text-muted">
        <li>{words.moveHow}</li>
        {words.consequences.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <ActionForm id="preset" className="mt-4" summary={false}>
        <input type="hidden" name="do" value="move" />
        <div className="flex flex-wrap gap-2">
          {Object.entries(words.presets).map(([by, label]) => (
            <SubmitButton key={by} variant="secondary" name="by" value={by}>
              {label}
            </SubmitButton>
          ))}
        </div>
      </ActionForm>
      <ActionForm id="move" state={refused} summary={false} labels={{ by: words.by }} className="mt-4 gap-3">
        <input type="hidden" name="do" value="move" />
        <Field
          name="by"
          hint={words.byHint}
          className="max-w-xs"
          mono
          maxLength={40}
          placeholder="P1DT6H"
          autoComplete="off"
          spellCheck={false}
        />
        <div className="flex flex-wrap gap-2">
          <SubmitButton variant="secondary">{words.move}</SubmitButton>
        </div>
      </ActionForm>
      {mayReset && (
        <div className="mt-4">
          <ConfirmButton label={words.reset} title={words.resetTitle} confirm={words.reset} fields={{ do: 'reset' }}>
            <p>{words.resetText}</p>
          </ConfirmButton>
        </div>
      )}
    </div>
  )
}
