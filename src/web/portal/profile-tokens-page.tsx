import { KeyRound } from 'lucide-react'
import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { listApiTokens } from '#modules/accounts/accounts-queries.ts'
import { createApiToken, CreateApiTokenInput } from '#modules/accounts/create-api-token.ts'
import { revokeApiToken } from '#modules/accounts/revoke-api-token.ts'
import { isProblem } from '#platform/problem.ts'
import { requestContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { authMessages } from '../messages/auth.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, type FormState, parseForm } from '../ui/form-state.ts'
import { ActionForm, FormActions } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { CopyId } from '../ui/values.tsx'
import { ProfileFrame } from './profile-frame.tsx'
import { refuseProfile } from './refuse-profile.ts'
import { portalScope } from './scope.ts'
import { TokensCard } from './tokens-card.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/profile-tokens-page'

type Context = Readonly<RouterContextProvider>
type Made = { ok: true; name: string; token: string }

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const tokens = await listApiTokens(app, actor)
  return {
    origin: context.get(requestContext).origin,
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      lastFour: token.lastFour,
      createdAt: iso(token.createdAt),
      lastUsedAt: isoOrNull(token.lastUsedAt),
    })),
  }
}
export type TokenView = Route.ComponentProps['loaderData']['tokens'][number]

const Revoke = z.object({ intent: z.literal('revoke'), token: z.string().regex(/^tok_[0-9a-z]{26}$/) })

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  return fieldText(form, 'intent') === 'revoke' ? revoke(form, context) : create(form, context)
}

/** The answer itself shows the token, since nobody can read it again: there is nowhere to redirect to. */
async function create(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const { nameMissing } = portalProfileMessages[locale].tokens
  const name = z
    .string({ error: nameMissing })
    .max(100)
    .refine((text) => CreateApiTokenInput.shape.name.safeParse(text).success, { error: authMessages[locale].invisible })
  const parsed = parseForm(z.object({ name }), form, locale)
  if (!parsed.ok) return data<FormState | Made>(parsed, 422)
  try {
    const { token, apiToken } = await createApiToken(app, actor, parsed.value)
    return data<FormState | Made>({ ok: true, name: apiToken.name, token })
  } catch (error) {
    return refuseProfile(error, form, context)
  }
}

async function revoke(form: FormData, context: Context) {
  const { app, actor, locale } = portalScope(context)
  const parsed = parseForm(Revoke, form, locale)
  if (!parsed.ok) return data<FormState | Made>(parsed, 422)
  try {
    await revokeApiToken(app, actor, { tokenId: parsed.value.token })
  } catch (error) {
    // It is not there any more: what was asked for is so.
    if (!isProblem(error) || error.code !== 'api_token_not_found') throw error
  }
  return redirectWithFlash(paths.profileTokens(), 'tokenRevoked')
}

export default function ProfileTokensPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(portalProfileMessages).tokens
  return (
    <ProfileFrame notice={actionData?.ok && <MadeToken made={actionData} origin={loaderData.origin} />}>
      <Card title={words.create} text={words.text}>
        {/* Another token wants an empty field. */}
        <ActionForm
          key={actionData?.ok ? actionData.token : 'new'}
          state={actionData}
          labels={words.labels}
          className="mt-1.5"
          summary={actionData?.ok === false && actionData.message !== undefined}
        >
          <Field name="name" placeholder={words.placeholder} hint={words.createText} maxLength={100} required />
          <FormActions>
            <SubmitButton>
              <KeyRound aria-hidden="true" />
              {words.submit}
            </SubmitButton>
            <a href={paths.apiReference()} className="px-2 text-md link">
              {words.docs}
            </a>
          </FormActions>
        </ActionForm>
      </Card>
      <TokensCard tokens={loaderData.tokens} />
    </ProfileFrame>
  )
}

function MadeToken({ made, origin }: { made: Made; origin: string }) {
  const words = useMessages(portalProfileMessages).tokens
  return (
    <Notice tone="ok" title={words.made(made.name)} live>
      <p>{words.madeText}</p>
      <p className="mt-2 flex rounded-control border border-line bg-surface px-3 py-1.5">
        <CopyId value={made.token} />
      </p>
      <p className="mt-3 text-sm text-muted">{words.useIt}</p>
      <p className="mt-1 flex rounded-control border border-line bg-surface px-3 py-1.5">
        <CopyId value={`curl -H "Authorization: Bearer ${made.token}" ${origin}/api/v1/services`} />
      </p>
    </Notice>
  )
}
