import { KeyRound } from 'lucide-react'
import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { listApiTokens } from '#modules/accounts/accounts-queries.ts'
import { READING_SCOPES, TOKEN_SCOPES } from '#modules/accounts/api-token.ts'
import { createApiToken, CreateApiTokenInput } from '#modules/accounts/create-api-token.ts'
import { revokeApiToken } from '#modules/accounts/revoke-api-token.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { isProblem } from '#platform/problem.ts'
import { requestContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { authMessages } from '../messages/auth.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/choice.tsx'
import { Field, Select } from '../ui/field.tsx'
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

const DAYS = ['30', '90', '365', 'none'] as const

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const tokens = await listApiTokens(app, actor, { everyone: mayDo(actor, 'member.manage') })
  return {
    origin: context.get(requestContext).origin,
    mayCreate: mayDo(actor, 'token.create'),
    scopes: [...new Set([...READING_SCOPES, ...TOKEN_SCOPES])]
      .filter((each) => mayDo(actor, each))
      .map((name) => ({
        name: name as keyof (typeof portalProfileMessages)['en']['tokens']['scopes'],
        reads: READING_SCOPES.includes(name),
      })),
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      lastFour: token.lastFour,
      own: token.own,
      userName: token.userName,
      scopes: token.scopes,
      addresses: token.addresses,
      expiresAt: isoOrNull(token.expiresAt),
      createdAt: iso(token.createdAt),
      lastUsedAt: isoOrNull(token.lastUsedAt),
      lastUsedAddress: token.lastUsedAddress,
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
  const words = portalProfileMessages[locale].tokens
  const fields = z.object({
    name: z
      .string({ error: words.nameMissing })
      .max(100)
      .refine((text) => CreateApiTokenInput.shape.name.safeParse(text).success, {
        error: authMessages[locale].invisible,
      }),
    scopes: z.array(z.enum(TOKEN_SCOPES), { error: words.scopesMissing }).min(1, { error: words.scopesMissing }),
    expires: z.enum(DAYS),
    addresses: z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter(Boolean))
      .refine((all) => CreateApiTokenInput.shape.addresses.safeParse(all).success, { error: words.addressesWrong })
      .optional(),
  })
  const parsed = parseForm(fields, form, locale)
  if (!parsed.ok) return data<FormState | Made>(parsed, 422)
  const { name, scopes, expires, addresses = [] } = parsed.value
  try {
    const { token, apiToken } = await createApiToken(app, actor, {
      name,
      scopes,
      addresses,
      ...(expires === 'none' ? {} : { expiresInDays: Number(expires) }),
    })
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
  const [own, others] = [true, false].map((mine) => loaderData.tokens.filter((token) => token.own === mine)) as [
    TokenView[],
    TokenView[],
  ]
  return (
    <ProfileFrame notice={actionData?.ok && <MadeToken made={actionData} origin={loaderData.origin} />}>
      {loaderData.mayCreate && (
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
            <fieldset className="min-w-0">
              <legend className="font-medium">{words.labels.scopes}</legend>
              <div className="mt-2 grid gap-x-6 gap-y-2.5 sm:grid-cols-2">
                {loaderData.scopes.map((scope) => (
                  <Checkbox
                    key={scope.name}
                    name="scopes"
                    value={scope.name}
                    label={words.scopes[scope.name]}
                    initial={scope.reads}
                  />
                ))}
              </div>
            </fieldset>
            <Select
              name="expires"
              initial="90"
              options={DAYS.map((value) => ({ value, label: words.days[value] }))}
              required
            />
            <Field name="addresses" hint={words.addressesHint} maxLength={1000} autoComplete="off" mono />
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
      )}
      <TokensCard title={words.list} tokens={own} />
      {others.length > 0 && <TokensCard title={words.others} tokens={others} />}
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
