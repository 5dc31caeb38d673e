import { authMessages } from '../messages/auth.ts'
import { Field } from '../ui/field.tsx'
import { useField } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'

/** A password: pasted, filled in by a manager, or typed and looked at. `chosen` is for a new one. */
export function PasswordField({ chosen = false, label }: { chosen?: boolean; label?: string }) {
  const words = useMessages(authMessages)
  const { id } = useField('password')
  return (
    <div className="relative">
      <Field
        name="password"
        type="password"
        required
        {...(label !== undefined && { label })}
        {...(chosen && { hint: words.passwordHint })}
        autoComplete={chosen ? 'new-password' : 'current-password'}
        maxLength={200}
      />
      <ez-reveal
        class="absolute top-0 right-0 text-md text-brand-ink [&_button]:rounded-sm [&_button]:px-1 [&_button]:hover:underline"
        data-for={id}
        data-show={words.showPassword}
        data-hide={words.hidePassword}
      />
    </div>
  )
}
