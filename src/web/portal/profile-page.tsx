import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { getUser } from '#modules/accounts/accounts-queries.ts'
import { requestEmailChange } from '#modules/accounts/request-email-change.ts'
import { resendVerification } from '#modules/accounts/resend-verification.ts'
import { updateProfile } from '#modules/accounts/update-profile.ts'
import { actingUserId } from '#modules/accounts/user.ts'
import { LOCALES } from '#platform/i18n.ts'
import { accountFields } from '../auth/auth-form.ts'
import { requestContext } from '../context.ts'
import { preferenceCookie } from '../cookies.ts'
import { redirectWithFlash } from '../flash.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { paths, safeReturn } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { LANGUAGE_NAMES, ThemeSwitch } from '../ui/switches.tsx'
import { ResendButton } from './parts.tsx'
import { ProfileFrame } from './profile-frame.tsx'
import { refuseProfile } from './refuse-profile.ts'
import { portalScope } from './scope.ts'
import type { Route } from './+types/profile-page'

type Context = Readonly<RouterContextProvider>

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const { name, email, locale, emailVerifiedAt } = await getUser(app, actor, actingUserId(actor))
  return { name, email, locale, verified: emailVerifiedAt !== null }
}

const Resend = z.object({ intent: z.literal('resend'), next: z.string().max(500).optional() })

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  switch (fieldText(form, 'intent')) {
    case 'resend':
      return resend(form, context)
    case 'email':
      return changeEmail(form, context)
    default:
      return save(form, context)
  }
}

async function save(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const fields = { intent: z.literal('save'), name: accountFields(locale).name, locale: z.enum(LOCALES) }
  const parsed = parseForm(z.object(fields), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { intent: _intent, ...input } = parsed.value
  await updateProfile(app, actor, input)
  // This browser's own choice would hide the one just made.
  return redirectWithFlash(paths.profile(), 'saved', [['set-cookie', preferenceCookie('locale', input.locale)]])
}

async function changeEmail(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const fields = z.object({ intent: z.literal('email'), email: accountFields(locale).email })
  const parsed = parseForm(fields, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  try {
    await requestEmailChange(app, actor, { email: parsed.value.email })
  } catch (error) {
    return refuseProfile(error, form, context)
  }
  return redirectWithFlash(paths.profile(), 'emailAsked')
}

async function resend(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const parsed = parseForm(Resend, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const { email } = await getUser(app, actor, actingUserId(actor))
  try {
    await resendVerification(app, actor, { email, address: context.get(requestContext).address })
  } catch (error) {
    return refuseProfile(error, form, context)
  }
  return redirectWithFlash(safeReturn(parsed.value.next) ?? paths.profile(), 'verificationSent')
}

export default function ProfilePage({ loaderData: user, actionData: state }: Route.ComponentProps) {
  const words = useMessages(portalProfileMessages)
  const notSent = state?.values['intent'] === 'resend'
  const ofEmail = state?.values['intent'] === 'email' ? state : undefined
  return (
    <ProfileFrame
      notice={
        notSent && (
          <Notice tone="bad" live>
            {state.message}
          </Notice>
        )
      }
    >
      <Card title={words.you.title}>
        <ActionForm state={notSent || ofEmail ? undefined : state} labels={words.you.labels} className="mt-1.5">
          <Field name="name" initial={user.name} autoComplete="name" maxLength={200} required />
          <Select
            name="locale"
            initial={user.locale}
            hint={words.you.localeHint}
            options={LOCALES.map((locale) => ({ value: locale, label: LANGUAGE_NAMES[locale] }))}
          />
          <FormActions>
            <SubmitButton name="intent" value="save">
              {words.save}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      </Card>
      <Card title={words.you.email} text={words.you.emailText}>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 font-medium break-words">{user.email}</span>
          <StateBadge
            state={user.verified ? 'verified' : 'unverified'}
            label={user.verified ? words.you.verified : words.you.unverified}
          />
        </p>
        {!user.verified && (
          <>
            <p className="mt-2 mb-4 text-muted">{words.you.unverifiedText}</p>
            <ResendButton next={paths.profile()}>{words.you.resend}</ResendButton>
          </>
        )}
        <ActionForm id="email" state={ofEmail} labels={{ email: words.you.newEmail }} className="mt-5">
          <Field
            name="email"
            type="email"
            autoComplete="off"
            inputMode="email"
            autoCapitalize="none"
            hint={words.you.newEmailHint}
            maxLength={254}
            required
          />
          <FormActions>
            <SubmitButton variant="secondary" name="intent" value="email">
              {words.you.changeEmail}
            </SubmitButton>
          </FormActions>
        </ActionForm>
      </Card>
      <Card title={words.you.theme} text={words.you.themeText}>
        <div className="max-w-sm">
          <ThemeSwitch labelled />
        </div>
      </Card>
    </ProfileFrame>
  )
}
