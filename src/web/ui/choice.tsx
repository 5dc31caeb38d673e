import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { FieldError } from './field.tsx'
import { useField } from './form.tsx'

type CheckboxProps = Omit<ComponentProps<'input'>, 'type' | 'form' | 'defaultChecked' | 'id' | 'className'> & {
  name: string
  label?: ReactNode
  hint?: ReactNode
  initial?: boolean
  value?: string
}

/** A yes or no; unchecked it is not sent. A form that came back keeps what was ticked. */
export function Checkbox({ name, label: given, hint, initial = false, value = 'on', ...rest }: CheckboxProps) {
  const { id, label, error, typedMany, returned } = useField(name)
  const own = value === 'on' ? id : `${id}-${value}`
  return (
    <div className="grid gap-1.5">
      <div className="flex items-start gap-2.5">
        <input
          {...rest}
          type="checkbox"
          id={own}
          name={name}
          value={value}
          className="tick mt-[0.2em]"
          defaultChecked={returned ? (typedMany?.includes(value) ?? false) : initial}
          aria-invalid={error ? true : undefined}
          aria-describedby={cx(Boolean(error) && `${own}-error`, Boolean(hint) && `${own}-hint`) || undefined}
        />
        <div>
          <label htmlFor={own}>{given ?? label}</label>
          {hint && (
            <div id={`${own}-hint`} className="text-sm text-muted">
              {hint}
            </div>
          )}
        </div>
      </div>
      {error && <FieldError id={`${own}-error`}>{error}</FieldError>}
    </div>
  )
}

export type RadioCard = {
  value: string
  title: ReactNode
  text?: ReactNode
  /** On the right: usually a price. */
  aside?: ReactNode
  icon?: ReactNode
  disabled?: boolean
}

const COLUMNS = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-2 lg:grid-cols-3', 4: 'grid-cols-2 lg:grid-cols-4' }

/** One of a few, each with room to explain itself. The native radio buttons stay; arrow keys work. */
export function RadioCards({
  name,
  label: given,
  hint,
  options,
  initial,
  columns = 1,
  required,
}: {
  name: string
  label?: string
  hint?: ReactNode
  options: readonly RadioCard[]
  initial?: string | undefined
  columns?: keyof typeof COLUMNS
  required?: boolean
}) {
  const { id, label, error, typed } = useField(name, given)
  const chosen = typed ?? initial
  return (
    <fieldset
      className="min-w-0"
      aria-describedby={cx(Boolean(error) && `${id}-error`, Boolean(hint) && `${id}-hint`) || undefined}
    >
      <legend className="font-medium">{label}</legend>
      {hint && (
        <div id={`${id}-hint`} className="mt-0.5 text-sm text-muted">
          {hint}
        </div>
      )}
      <div id={id} tabIndex={-1} className={cx('mt-2 grid gap-2.5', COLUMNS[columns])}>
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'relative flex min-w-0 cursor-pointer items-start gap-3 rounded-card border border-line bg-surface p-3.5 transition-colors duration-120',
              'hover:border-line-strong has-checked:border-brand-ink has-checked:bg-brand-tint has-checked:ring-1 has-checked:ring-brand-ink',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-brand-ink',
              'has-disabled:cursor-not-allowed has-disabled:opacity-55',
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === chosen}
              disabled={option.disabled}
              required={required}
              className="tick mt-[0.2em] focus-visible:outline-none"
            />
            {option.icon}
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{option.title}</span>
              {option.text && <span className="mt-0.5 block text-sm text-muted">{option.text}</span>}
            </span>
            {option.aside && <span className="shrink-0 text-right text-sm tabular">{option.aside}</span>}
          </label>
        ))}
      </div>
      {error && (
        <div className="mt-1.5">
          <FieldError id={`${id}-error`}>{error}</FieldError>
        </div>
      )}
    </fieldset>
  )
}
