import { CircleAlert } from 'lucide-react'
import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react'
import { Form, type FormProps, useNavigation } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import type { FormState } from './form-state.ts'
import { useMessages } from './site.tsx'

type Scope = { id: string; state: FormState | undefined; labels: Record<string, string>; sending: boolean | undefined }

const FormScope = createContext<Scope>({ id: 'form', state: undefined, labels: {}, sending: undefined })

/** Whether the form around is on its way; undefined outside of an ActionForm. */
export const useSending = (): boolean | undefined => use(FormScope).sending

/** What a field finds in its form: its id, label, error and what was typed before. */
export function useField(name: string, label?: string) {
  const { id, state, labels } = use(FormScope)
  const value = state?.values[name]
  return {
    id: `${id}-${name}`,
    label: label ?? labels[name] ?? name,
    error: state?.errors[name],
    typed: typeof value === 'string' ? value : undefined,
    typedMany: value === undefined ? undefined : typeof value === 'string' ? [value] : value,
    /** The form came back: what was typed then counts, not the initial value. */
    returned: state !== undefined,
  }
}

/**
 * A form of ours: posts, works without scripts, shows what the action refused. Give `state` the action's answer and
 * `labels` the names of all fields; two forms on one page need different `id`s.
 */
export function ActionForm({
  state,
  labels = {},
  id = 'form',
  children,
  className,
  summary = true,
  onSubmit,
  ...rest
}: Omit<FormProps, 'id' | 'children' | 'className'> & {
  state?: FormState | { ok: true } | null | undefined
  labels?: Record<string, string>
  id?: string
  children: ReactNode
  className?: string
  /** Leave out where the form is so small that the error by the field says it all. */
  summary?: boolean
}) {
  const refused = state?.ok === false ? state : undefined
  const idle = useNavigation().state === 'idle'
  const [sent, setSent] = useState(false)
  useEffect(() => {
    if (idle) setSent(false)
  }, [idle])
  return (
    <FormScope value={{ id, state: refused, labels, sending: sent && !idle }}>
      <Form
        method="post"
        noValidate
        {...rest}
        id={id}
        className={cx('grid gap-5', className)}
        onSubmit={(event) => {
          setSent(true)
          onSubmit?.(event)
        }}
      >
        {summary && refused && <ErrorSummary state={refused} />}
        {children}
      </Form>
    </FormScope>
  )
}

/** What was refused, on top of its form, with links to the fields. Takes the focus when it appears. */
function ErrorSummary({ state }: { state: FormState }) {
  const { id, labels } = use(FormScope)
  const words = useMessages(kitMessages).form
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [state])
  const fields = Object.entries(state.errors)
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      autoFocus
      className="flex gap-3 rounded-card border border-bad/40 bg-bad-tint p-4"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-bad" />
      <div>
        <p className="font-semibold text-bad">{fields.length > 0 ? words.summary(fields.length) : words.failed}</p>
        {state.message && <p className="mt-1">{state.message}</p>}
        {fields.length > 0 && (
          <ul className="mt-1 grid gap-0.5">
            {fields.map(([name, message]) => (
              <li key={name}>
                <a href={`#${id}-${name}`} className="text-ink underline underline-offset-2">
                  {labels[name] ? `${labels[name]}: ${message}` : message}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

/** Fields that belong together under one heading. */
export function FieldGroup({ legend, hint, children }: { legend: string; hint?: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="text-lg font-semibold">{legend}</legend>
      {hint && <p className="mt-1 text-muted">{hint}</p>}
      <div className="mt-4 grid gap-5">{children}</div>
    </fieldset>
  )
}

/** The buttons at the foot of a form. */
export const FormActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-1 flex flex-wrap items-center gap-3">{children}</div>
)
