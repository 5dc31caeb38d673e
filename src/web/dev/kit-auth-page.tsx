import { type ActionFunctionArgs, data, useActionData } from 'react-router'
import { z } from 'zod'
import { AuthCard } from '../auth/auth-layout.tsx'
import { localeContext } from '../context.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { parseForm } from '../ui/form-state.ts'

const SignIn = z.object({ email: z.email(), password: z.string() })

export async function action({ request, context }: ActionFunctionArgs) {
  const form = parseForm(SignIn, await request.formData(), context.get(localeContext))
  return form.ok ? { ok: true as const } : data(form, 422)
}

/** A sign-in page as it looks, for the eyes of whoever changes it. Routed in development only. */
export default function KitAuthPage() {
  const state = useActionData<typeof action>()
  return (
    <AuthCard
      title="Log in"
      text="Welcome back."
      footer={
        <>
          New here?{' '}
          <a href="/register" className="link">
            Create an account
          </a>
        </>
      }
    >
      <ActionForm state={state} labels={{ email: 'Email', password: 'Password' }}>
        <Field name="email" type="email" autoComplete="username" />
        <Field
          name="password"
          type="password"
          autoComplete="current-password"
          hint={
            <a href="/forgot-password" className="link">
              Forgot your password?
            </a>
          }
        />
        <SubmitButton wide>Log in</SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}
