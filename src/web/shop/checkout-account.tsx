import { PasswordField } from '../auth/password-field.tsx'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { authMessages } from '../messages/auth.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'

type Props = { register: FormState | undefined; signIn: FormState | undefined }

const HEADING = 'cursor-pointer list-none px-6 py-5 text-lg font-semibold [&::-webkit-details-marker]:hidden'
const MARK =
  'grid size-5 shrink-0 place-items-center rounded-full border border-line-strong after:size-2.5 after:rounded-full group-open:border-brand-ink group-open:after:bg-brand-ink'

/** Who buys: somebody new or somebody known, in place, so that nobody has to leave the checkout. */
export function CheckoutAccount({ register, signIn }: Props) {
  const words = useMessages(buyMessages).checkout
  const auth = useMessages(authMessages)
  return (
    <section aria-labelledby="account">
      <h2 id="account" className="text-xl">
        {words.steps.account}
      </h2>
      <div className="mt-4 divide-y divide-line rounded-card border border-line bg-surface">
        <details name="account" open={!signIn} className="group">
          <summary className={HEADING}>
            <span className="flex items-center gap-3">
              <span aria-hidden="true" className={MARK} />
              {words.new}
            </span>
          </summary>
          <div className="px-6 pb-6">
            <p className="mb-5 text-muted">{words.newText}</p>
            <ActionForm id="register" state={register} labels={words.labels}>
              <Field name="name" autoComplete="name" maxLength={200} required />
              <Field
                name="email"
                type="email"
                autoComplete="email"
                inputMode="email"
                autoCapitalize="none"
                maxLength={254}
                required
              />
              <PasswordField chosen />
              <Button type="submit" variant="primary" size="large" name="intent" value="register">
                {words.register}
              </Button>
            </ActionForm>
          </div>
        </details>
        <details name="account" open={signIn !== undefined} className="group">
          <summary className={HEADING}>
            <span className="flex items-center gap-3">
              <span aria-hidden="true" className={MARK} />
              {words.existing}
            </span>
          </summary>
          <div className="px-6 pb-6">
            <p className="mb-5 text-muted">{words.existingText}</p>
            <ActionForm id="sign-in" state={signIn} labels={words.labels}>
              <Field
                name="email"
                type="email"
                autoComplete="username"
                inputMode="email"
                autoCapitalize="none"
                maxLength={254}
                required
              />
              <PasswordField />
              <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
                <Button type="submit" variant="primary" size="large" name="intent" value="sign-in">
                  {words.signIn}
                </Button>
                <a href={paths.forgotPassword()} className="text-md link">
                  {auth.login.forgot}
                </a>
              </div>
            </ActionForm>
          </div>
        </details>
      </div>
    </section>
  )
}
