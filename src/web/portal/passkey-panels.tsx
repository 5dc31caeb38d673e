import type { ReactNode } from 'react'
import { passkeyMessages } from '../messages/passkeys.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import type { PasskeyState } from './passkey-actions.ts'
import { CreatePasskey } from './passkey-create.tsx'
import { CancelLink, ProofForm } from './passkey-proof.tsx'
import type { PasskeysView, PasskeyView } from './passkeys-view.ts'

/** The one thing that is being done about passkeys. */
export function PasskeyPanel({ view, answer }: { view: PasskeysView; answer: PasskeyState | undefined }) {
  const words = useMessages(passkeyMessages).panel
  const refused = answer?.ok === false ? answer : undefined
  const changing = view.list.find(({ id }) => id === view.changing)
  if (changing) return <ChangePanel view={view} passkey={changing} refused={refused} />
  const common = { view, refused }
  switch (view.act) {
    case 'add':
      return answer?.ok && 'creating' in answer ? (
        <Panel title={words.add}>
          <CreatePasskey {...answer.creating} />
        </Panel>
      ) : (
        <Panel title={words.add} text={words.addText}>
          <ProofForm {...common} intent="passkey-begin" submit={words.next}>
            <NameField initial={view.suggestedName} />
          </ProofForm>
        </Panel>
      )
    case 'ask':
      return (
        <Panel title={words.startTitle} text={words.startText}>
          <ProofForm {...common} intent="passkey-ask" submit={words.next} />
        </Panel>
      )
    case 'stop':
      return (
        <Panel title={words.stopTitle} text={words.stopText}>
          <ProofForm {...common} intent="passkey-stop" submit={words.next} />
        </Panel>
      )
    case 'codes':
      return (
        <Panel title={words.codesTitle} text={words.codesText}>
          <ProofForm {...common} intent="passkey-codes" submit={words.next} />
        </Panel>
      )
    case undefined:
      return null
  }
}

const Panel = ({ title, text, children }: { title: string; text?: string; children: ReactNode }) => (
  <div className="px-5 py-4">
    <h3 className="font-medium">{title}</h3>
    {text && <p className="mt-0.5 text-sm text-muted">{text}</p>}
    <div className="mt-4">{children}</div>
  </div>
)

const NameField = ({ initial }: { initial: string }) => {
  const words = useMessages(passkeyMessages).panel
  return (
    <Field
      name="name"
      initial={initial}
      hint={words.nameHint}
      maxLength={100}
      autoComplete="off"
      className="max-w-xs"
      required
    />
  )
}

function ChangePanel({
  view,
  passkey,
  refused,
}: {
  view: PasskeysView
  passkey: PasskeyView
  refused: FormState | undefined
}) {
  const words = useMessages(passkeyMessages).panel
  const renaming = refused?.values['intent'] === 'passkey-rename'
  return (
    <Panel title={words.change(passkey.name)}>
      <ActionForm id="passkey-name" state={renaming ? refused : undefined} labels={words.labels}>
        <input type="hidden" name="intent" value="passkey-rename" />
        <input type="hidden" name="passkeyId" value={passkey.id} />
        <NameField initial={passkey.name} />
        <FormActions>
          <SubmitButton>{words.save}</SubmitButton>
          <CancelLink />
        </FormActions>
      </ActionForm>
      <div className="mt-5 border-t border-line pt-4">
        <h3 className="font-medium">{words.removeTitle}</h3>
        <p className="mt-0.5 mb-4 text-sm text-muted">{words.removeText}</p>
        <ProofForm
          view={view}
          refused={renaming ? undefined : refused}
          intent="passkey-remove"
          submit={words.remove}
          danger
        >
          <input type="hidden" name="passkeyId" value={passkey.id} />
        </ProofForm>
      </div>
    </Panel>
  )
}
