import { data, redirect } from 'react-router'
import { z } from 'zod'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { actorContext, appContext, localeContext, requestContext, signedInContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { revealIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { paths, safeReturn } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { parseForm } from '../ui/form-state.ts'
import { currencyByCountry } from '../shop/price-view.ts'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { accountFields, refuseAuth } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { IdentityButtons } from './identity-buttons.tsx'
import { PasswordField } from './password-field.tsx'
import { registeredCookie } from './session-cookie.ts'
import type { Route } from './+types/register-page'

export const handle: Handle = { islands: [revealIsland] }

export async function loader({ request, context }: Route.LoaderArgs) {
  const next = safeReturn(new URL(request.url).searchParams.get('next'))
  if (await context.get(signedInContext)()) throw redirect(next ?? paths.portal())
  const providers = context.get(appContext).identityProviders.map(({ name, label }) => ({ name, label }))
  return { next, providers }
}

/** The answer is the same for an address we know already; its owner is told by mail. */
export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const { name, email, newPassword: password, next } = accountFields(locale)
  const parsed = parseForm(z.object({ name, email, password, next }), form, locale)
  if (!parsed.ok) return data(parsed, { status: 422 })
  const { address, userAgent } = context.get(requestContext)
  try {
    const { next: wanted, ...input } = parsed.value
    const registration = await registerCustomer(app, context.get(actorContext), {
      ...input,
      locale,
      currency: currencyByCountry(request, await getCatalog(app)),
      address,
      userAgent,
    })
    return redirect(paths.verifyEmail(), { headers: [registeredCookie({ ...registration, next: safeReturn(wanted) })] })
  } catch (error) {
    return refuseAuth(error, form, context)
  }
}

export default function RegisterPage({ loaderData: { next, providers }, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages)
  const locale = useLocale()
  return (
    <AuthCard
      title={words.register.title}
      text={words.register.text}
      footer={
        <>
          {words.register.existing}{' '}
          <a href={paths.login(next)} className="link">
            {words.register.login}
          </a>
        </>
      }
    >
      <ActionForm state={actionData} labels={words.labels}>
        {next !== undefined && <input type="hidden" name="next" value={next} />}
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
        <SubmitButton wide>{words.register.submit}</SubmitButton>
      </ActionForm>
      <IdentityButtons providers={providers} next={next} />
      <p className="mt-4 text-sm text-muted">
        {words.register.agree}{' '}
        <a href={paths.terms(locale)} className="link">
          {words.register.terms}
        </a>
        .
      </p>
    </AuthCard>
  )
}
