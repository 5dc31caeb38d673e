import { data } from 'react-router'
import { z } from 'zod'
import { requestPasswordReset } from '#modules/accounts/request-password-reset.ts'
import { actorContext, appContext, localeContext, requestContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import type { Route } from './+types/forgot-password-page'

/** The answer is the same whether or not the address is a user's. */
export async function action({ request, context }: Route.ActionArgs) {
  const locale = context.get(localeContext)
  const form = await request.formData()
  const parsed = parseForm(z.object({ email: accountFields(locale).email }), form, locale)
  if (!parsed.ok) return data(parsed, { status: 422 })
  const { address } = context.get(requestContext)
  try {
    await requestPasswordReset(context.get(appContext), context.get(actorContext), { ...parsed.value, address })
    return { ok: true as const, email: parsed.value.email }
  } catch (error) {
    return refuseAuth(error, form, context)
  }
}

export default function ForgotPasswordPage({ actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  const back = (
    <a href={paths.login()} className="link">
      {words.forgot.back}
    </a>
  )
  if (actionData?.ok)
    return (
      <AuthCard title={words.forgot.sentTitle} footer={back}>
        <p role="status">{words.forgot.sentText(actionData.email)}</p>
      </AuthCard>
    )
  return (
    <AuthCard title={words.forgot.title} text={words.forgot.text} footer={back}>
      <ActionForm state={actionData} labels={words.labels}>
        <Field
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          autoCapitalize="none"
          maxLength={254}
          required
        />
        <SubmitButton wide>{words.forgot.submit}</SubmitButton>
      </ActionForm>
    </AuthCard>
  )
}
