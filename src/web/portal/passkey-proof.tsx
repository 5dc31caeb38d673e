import { KeyRound } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useFetcher } from 'react-router'
import { passkeyMessages } from '../messages/passkeys.ts'
import { paths } from '../paths.ts'
import { Button, LinkButton, SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { knowsPasskeys, type PasskeyTrouble, troubleOf, usePasskey } from '../ui/passkeys.ts'
import { useMessages } from '../ui/site.tsx'
import type { PasskeyAnswered } from './passkey-actions.ts'
import type { PasskeysView } from './passkeys-view.ts'
import { useSecurityPath } from './security-path.ts'

/** A form that asks "is it you?": the password, with a code where there is a second factor, or a passkey. */
export function ProofForm({
  view: { needs, list, available },
  refused,
  intent,
  submit,
  danger = false,
  children,
}: {
  view: PasskeysView
  refused: FormState | undefined
  intent: string
  submit: string
  danger?: boolean
  children?: ReactNode
}) {
  const words = useMessages(passkeyMessages).panel
  const byPasskey = list.length > 0 && available
  return (
    <ActionForm id="passkey-proof" state={refused} labels={words.labels}>
      <input type="hidden" name="intent" value={intent} />
      {children}
      {needs.password && (
        <Field
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          maxLength={200}
          className="max-w-xs"
          required
        />
      )}
      {needs.password && needs.code && (
        <Field
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          hint={words.codeHint}
          maxLength={40}
          className="max-w-xs"
          mono
          required
        />
      )}
      {!needs.password && !byPasskey && (
        <p className="text-muted">
          {words.noProof}{' '}
          <a href={paths.forgotPassword()} className="link">
            {words.setPassword}
          </a>
        </p>
      )}
      <FormActions>
        {needs.password && <SubmitButton variant={danger ? 'danger' : 'primary'}>{submit}</SubmitButton>}
        {byPasskey && <PasskeyProof />}
        <CancelLink />
      </FormActions>
    </ActionForm>
  )
}

export function CancelLink() {
  const words = useMessages(passkeyMessages).panel
  const securityPath = useSecurityPath()
  return (
    <LinkButton to={securityPath()} variant="quiet" preventScrollReset>
      {words.cancel}
    </LinkButton>
  )
}

/** Has a passkey show that it is them, and sends the form around with its answer. */
function PasskeyProof() {
  const { panel, trouble: troubles } = useMessages(passkeyMessages)
  const { submit, data, state } = useFetcher<PasskeyAnswered>()
  const field = useRef<HTMLInputElement>(null)
  const [trouble, setTrouble] = useState<PasskeyTrouble>()
  const [asking, setAsking] = useState(false)
  const hydrated = useHydrated()
  useEffect(() => {
    if (!data?.passkeys.ok || !('question' in data.passkeys)) return
    setAsking(true)
    usePasskey(data.passkeys.question)
      .then((answer) => {
        if (field.current) field.current.value = answer
        field.current?.form?.requestSubmit()
        if (field.current) field.current.value = ''
      })
      .catch((error: unknown) => setTrouble(troubleOf(error)))
      .finally(() => setAsking(false))
  }, [data])
  if (!hydrated) return null
  return (
    <>
      <input ref={field} type="hidden" name="passkey" />
      <Button
        busy={asking || state !== 'idle'}
        onClick={() => {
          setTrouble(knowsPasskeys() ? undefined : 'unsupported')
          if (knowsPasskeys()) void submit({ intent: 'passkey-question' }, { method: 'post' })
        }}
      >
        {!(asking || state !== 'idle') && <KeyRound aria-hidden="true" />}
        {panel.byPasskey}
      </Button>
      {trouble && (
        <p role="alert" className="order-last w-full text-sm font-medium text-bad">
          {troubles[trouble]}
        </p>
      )}
    </>
  )
}
