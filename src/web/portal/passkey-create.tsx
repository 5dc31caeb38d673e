import { useCallback, useEffect, useRef, useState } from 'react'
import { useSubmit } from 'react-router'
import { passkeyMessages } from '../messages/passkeys.ts'
import { Button } from '../ui/button.tsx'
import { FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { knowsPasskeys, makePasskey, type PasskeyTrouble, troubleOf } from '../ui/passkeys.ts'
import { useMessages } from '../ui/site.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { CancelLink } from './passkey-proof.tsx'

/** Has the browser make the passkey, at once and again when asked to, and sends what it made. */
export function CreatePasskey({ question, name }: { question: string; name: string }) {
  const { panel, trouble: troubles } = useMessages(passkeyMessages)
  const submit = useSubmit()
  const begun = useRef<string>(undefined)
  const [trouble, setTrouble] = useState<PasskeyTrouble>()
  const create = useCallback(() => {
    setTrouble(knowsPasskeys() ? undefined : 'unsupported')
    if (!knowsPasskeys()) return
    makePasskey(question)
      .then((answer) => submit({ intent: 'passkey-finish', name, answer }, { method: 'post' }))
      .catch((error: unknown) => setTrouble(troubleOf(error)))
  }, [question, name, submit])
  useEffect(() => {
    // Once for each question, however often the page is drawn.
    if (begun.current === question) return
    begun.current = question
    create()
  }, [question, create])
  return (
    <div className="grid gap-5">
      {trouble ? (
        <Notice tone="bad" live>
          {troubles[trouble]}
        </Notice>
      ) : (
        <p role="status" className="flex items-center gap-2.5">
          <Spinner />
          {panel.waiting}
        </p>
      )}
      <FormActions>
        <Button variant="primary" disabled={trouble === undefined} onClick={create}>
          {panel.again}
        </Button>
        <CancelLink />
      </FormActions>
    </div>
  )
}
