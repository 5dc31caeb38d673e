import { CircleAlert } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { useField } from './form.tsx'
import { useMessages } from './site.tsx'

type Common = {
  name: string
  /** Else the label of that name in the form's `labels`. */
  label?: string
  hint?: ReactNode
  initial?: string | number | undefined
  className?: string
  /** Where what stands around it says what it is. */
  hideLabel?: boolean
}

/** A label, a control, a hint and an error that belong together for eyes and screen readers. */
function Frame(props: {
  id: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  required?: boolean | undefined
  hideLabel?: boolean
  className?: string | undefined
  children: ReactNode
}) {
  const words = useMessages(kitMessages)
  return (
    <div className={cx('grid min-w-0 content-start gap-1.5', props.className)}>
      <label htmlFor={props.id} className={props.hideLabel ? 'sr-only' : 'font-medium'}>
        {props.label}
        {props.required === false && <span className="ml-1.5 font-normal text-muted">({words.optional})</span>}
      </label>
      {props.children}
      {props.error && <FieldError id={`${props.id}-error`}>{props.error}</FieldError>}
      {props.hint && (
        <div id={`${props.id}-hint`} className="text-sm text-muted">
          {props.hint}
        </div>
      )}
    </div>
  )
}

export const FieldError = ({ id, children }: { id: string; children: ReactNode }) => (
  <p id={id} className="flex items-start gap-1.5 text-sm font-medium text-bad">
    <CircleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
    {children}
  </p>
)

const describedBy = (id: string, hint: unknown, error: unknown): string | undefined =>
  cx(Boolean(error) && `${id}-error`, Boolean(hint) && `${id}-hint`) || undefined

type InputProps = Common &
  Omit<ComponentProps<'input'>, 'name' | 'form' | 'defaultValue' | 'className' | 'id'> & {
    mono?: boolean
    /** Where what stands around it says what it is. */
    hideLabel?: boolean
    /** Looks of the control alone, such as its width. */
    controlClass?: string
  }

/** One line of text. `required={false}` says so beside the label. */
export function Field({
  name,
  label: given,
  hint,
  initial,
  className,
  mono = false,
  hideLabel = false,
  controlClass,
  ...rest
}: InputProps) {
  const { id, label, error, typed } = useField(name, given)
  return (
    <Frame
      id={id}
      label={label}
      hint={hint}
      error={error}
      required={rest.required}
      className={className}
      hideLabel={hideLabel}
    >
      <input
        {...rest}
        id={id}
        name={name}
        className={cx('control', mono && 'font-mono', controlClass)}
        defaultValue={typed ?? initial}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Frame>
  )
}

type TextareaProps = Common &
  Omit<ComponentProps<'textarea'>, 'name' | 'form' | 'defaultValue' | 'className' | 'id'> & { mono?: boolean }

/** Several lines of text. */
export function Textarea({
  name,
  label: given,
  hint,
  initial,
  className,
  mono = false,
  hideLabel = false,
  ...rest
}: TextareaProps) {
  const { id, label, error, typed } = useField(name, given)
  return (
    <Frame
      id={id}
      label={label}
      hint={hint}
      error={error}
      required={rest.required}
      className={className}
      hideLabel={hideLabel}
    >
      <textarea
        {...rest}
        id={id}
        name={name}
        className={cx('control', mono && 'font-mono break-all')}
        defaultValue={typed ?? initial}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Frame>
  )
}

export type Choice = { value: string; label: string; disabled?: boolean }
type SelectProps = Common &
  Omit<ComponentProps<'select'>, 'name' | 'form' | 'defaultValue' | 'className' | 'id' | 'children'> & {
    options: readonly Choice[]
    /** Shown first, with no value. */
    placeholder?: string
  }

/** One of many, in the browser's own list. */
export function Select({
  name,
  label: given,
  hint,
  initial,
  className,
  options,
  placeholder,
  hideLabel = false,
  ...rest
}: SelectProps) {
  const { id, label, error, typed } = useField(name, given)
  return (
    <Frame
      id={id}
      label={label}
      hint={hint}
      error={error}
      required={rest.required}
      className={className}
      hideLabel={hideLabel}
    >
      <select
        {...rest}
        id={id}
        name={name}
        className="control"
        defaultValue={typed ?? initial}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, hint, error)}
      >
        {placeholder !== undefined && <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}
