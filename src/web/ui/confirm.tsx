import { type ReactNode, useId, useRef } from 'react'
import { kitMessages } from '../messages/kit.ts'
import { Button, type ButtonSize, type ButtonVariant, SubmitButton } from './button.tsx'
import { ActionForm } from './form.tsx'
import { useMessages } from './site.tsx'

declare module 'react' {
  interface ButtonHTMLAttributes<T> {
    /** Invoker commands of HTML: a button that opens or closes a dialog without scripts. */
    command?: 'show-modal' | 'close' | 'request-close'
    commandfor?: string
  }
}

type Props = {
  /** On the button that asks. */
  label: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  disabled?: boolean
  /** Names the thing: "Force stop web-1?" */
  title: string
  /** What will happen, and what will not. */
  children: ReactNode
  /** The verb again: "Force stop". */
  confirm: string
  danger?: boolean
  /** Where the form posts; else to this page. */
  action?: string
  /** Sent along, hidden. */
  fields: Record<string, string>
  /** What must be typed before it is done, sent as `confirmation`; the action checks it, too. */
  typed?: { label: string; value: string }
}

/**
 * A button that asks before it does what cannot be taken back. The dialog is the browser's own: it traps focus, closes
 * with Escape and opens without scripts; the form inside posts like any other.
 */
export function ConfirmButton({
  label,
  variant,
  size,
  disabled,
  title,
  children,
  confirm,
  danger = true,
  action,
  fields,
  typed,
}: Props) {
  const words = useMessages(kitMessages)
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <>
      <Button
        {...(variant && { variant })}
        {...(size && { size })}
        disabled={disabled}
        commandfor={id}
        command="show-modal"
        aria-haspopup="dialog"
        onClick={() => {
          // Browsers before invoker commands.
          if (!('command' in HTMLButtonElement.prototype)) dialog.current?.showModal()
        }}
      >
        {label}
      </Button>
      <dialog
        ref={dialog}
        id={id}
        className="dialog"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-text`}
        closedby="any"
      >
        <ActionForm
          id={`${id}-form`}
          {...(action && { action })}
          noValidate={false}
          className="gap-0"
          onSubmit={() => dialog.current?.close()}
        >
          <div className="px-6 pt-5 pb-6">
            <h2 id={`${id}-title`} className="text-xl tracking-tight">
              {title}
            </h2>
            <div id={`${id}-text`} className="mt-2 grid gap-2 text-left whitespace-normal text-muted">
              {children}
            </div>
            {Object.entries(fields).map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            {typed && (
              <label className="mt-4 grid gap-1.5 text-left">
                <span className="font-medium">{typed.label}</span>
                <input
                  name="confirmation"
                  required
                  autoComplete="off"
                  pattern={escapePattern(typed.value)}
                  className="control font-mono"
                />
              </label>
            )}
          </div>
          <div className="flex justify-end gap-2 border-t border-line px-6 py-3.5">
            <Button commandfor={id} command="close" onClick={() => dialog.current?.close()}>
              {words.cancel}
            </Button>
            <SubmitButton variant={danger ? 'danger' : 'primary'}>{confirm}</SubmitButton>
          </div>
        </ActionForm>
      </dialog>
    </>
  )
}

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
