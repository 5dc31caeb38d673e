import { data } from 'react-router'
import { z } from 'zod'
import { listIdentities } from '#modules/accounts/identity.ts'
import { listPasskeys } from '#modules/accounts/change-passkey.ts'
import { confirmSession } from '#modules/accounts/confirm-session.ts'
import { beginConfirmation, getProofNeeds, type UserProof } from '#modules/accounts/confirm-user.ts'
import { findRelyingParty } from '#modules/accounts/passkey.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import type { Handle } from '../handle.ts'
import { passkeyIsland } from '../islands/islands.ts'
import { authMessages } from '../messages/auth.ts'
import { identityMessages } from '../messages/identities.ts'
import { passkeyMessages } from '../messages/passkeys.ts'
import { paths, safeReturn } from '../paths.ts'
import { GoOn } from '../portal/identities-card.tsx'
import { refuseProfile } from '../portal/refuse-profile.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { fieldText, parseForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useMessages } from '../ui/site.tsx'
import { accountFields } from './auth-form.ts'
import { AuthCard } from './auth-layout.tsx'
import { continueAtProvider } from './continue-at-provider.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { answerPasskey, askPasskey } from './passkey-form.ts'
import { homeOf, sessionCookie } from './session-cookie.ts'
import type { Route } from './+types/confirm-page'

export const handle: Handle = { islands: [passkeyIsland] }

/** "Is it you?", asked of whoever is signed in before something dangerous, and then not for a quarter of an hour. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const [app, actor] = [context.get(appContext), context.get(actorContext)]
  const [needs, passkeys, identities] = await Promise.all([
    getProofNeeds(app, actor),
    listPasskeys(app, actor),
    listIdentities(app, actor),
  ])
  const next = safeReturn(new URL(request.url).searchParams.get('next'))
  const providers = app.identityProviders
    .filter(({ name }) => identities.some(({ provider }) => provider === name))
    .map(({ name, label }) => ({ name, label }))
  return { next, needs, providers, passkey: passkeys.length > 0 && findRelyingParty(app.config) !== undefined }
}

export async function action({ request, context }: Route.ActionArgs) {
  const [app, actor] = [context.get(appContext), context.get(actorContext)]
  const form = await request.formData()
  const goOn = async (proof: UserProof): Promise<Response> => {
    const cookie = sessionCookie(app, await confirmSession(app, actor, proof))
    return redirectWithFlash(safeReturn(fieldText(form, 'next')) ?? homeOf(actor), 'confirmed', [cookie])
  }
  const intent = fieldText(form, 'intent')
  if (intent === 'passkey-begin') return askPasskey(context, () => beginConfirmation(app, actor))
  if (intent === 'passkey') return answerPasskey(form, context, (passkey) => goOn({ passkey }))
  if (intent === 'identity')
    return continueAtProvider(request, context, {
      provider: fieldText(form, 'provider'),
      purpose: 'confirm',
      next: safeReturn(fieldText(form, 'next')),
    })
  const locale = context.get(localeContext)
  const { password, code, next } = accountFields(locale)
  const parsed = parseForm(z.object({ currentPassword: password, code: code.optional(), next }), form, locale)
  if (!parsed.ok) return data(parsed, 422)
  try {
    const { next: _next, ...proof } = parsed.value
    return await goOn(proof)
  } catch (error) {
    return refuseProfile(error, form, context)
  }
}

export default function ConfirmPage({
  loaderData: { next, needs, passkey, providers },
  actionData,
}: Route.ComponentProps) {
  const { confirm: words, labels, secondFactor } = useMessages(authMessages)
  const { use, useInstead, panel } = useMessages(passkeyMessages)
  const { card } = useMessages(identityMessages)
  const proven = actionData && 'continueAt' in actionData ? actionData.continueAt : undefined
  const refused = actionData && 'errors' in actionData ? actionData : undefined
  const ofPasskey = actionData && 'passkey' in actionData ? actionData.passkey : undefined
  return (
    <AuthCard
      title={words.title}
      text={words.text}
      footer={
        next !== undefined && (
          <a href={next} className="link">
            {words.back}
          </a>
        )
      }
    >
      {needs.password && (
        <ActionForm state={refused} labels={{ ...labels, currentPassword: words.password }}>
          {next !== undefined && <input type="hidden" name="next" value={next} />}
          <Field
            name="currentPassword"
            type="password"
            autoComplete="current-password"
            maxLength={200}
            required
            autoFocus
          />
          {needs.code && (
            <Field
              name="code"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              hint={secondFactor.hint}
              maxLength={40}
              mono
              required
            />
          )}
          <SubmitButton wide>{words.submit}</SubmitButton>
        </ActionForm>
      )}
      {passkey && (
        <PasskeyButton
          label={needs.password ? useInstead : use}
          reply={ofPasskey}
          next={next}
          first={!needs.password}
        />
      )}
      {proven && (
        <div className="mt-4">
          <GoOn at={proven} />
        </div>
      )}
      {!proven &&
        // No second factor was passed there, so it does not stand in for one.
        !needs.code &&
        providers.map(({ name, label }) => (
          <ActionForm key={name} state={undefined} labels={{}} className="mt-2.5">
            <input type="hidden" name="intent" value="identity" />
            {next !== undefined && <input type="hidden" name="next" value={next} />}
            <SubmitButton name="provider" value={name} variant="secondary" wide>
              {card.confirmTo(label)}
            </SubmitButton>
          </ActionForm>
        ))}
      {!needs.password && !passkey && providers.length === 0 && (
        <p className="text-muted">
          {panel.noProof}{' '}
          <a href={paths.forgotPassword()} className="link">
            {panel.setPassword}
          </a>
        </p>
      )}
    </AuthCard>
  )
}
