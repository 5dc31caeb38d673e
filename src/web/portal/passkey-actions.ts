import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { removePasskey, renamePasskey } from '#modules/accounts/change-passkey.ts'
import { renewRecoveryCodes } from '#modules/accounts/change-totp.ts'
import { beginConfirmation, type UserProof } from '#modules/accounts/confirm-user.ts'
import { disablePasskeyFactor, enablePasskeyFactor } from '#modules/accounts/passkey-factor.ts'
import { NewPasskeyAnswer, PASSKEY_NAME_MAX, PasskeyAnswer, PasskeyNameField } from '#modules/accounts/passkey.ts'
import { beginPasskey, finishPasskey } from '#modules/accounts/register-passkey.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields } from '../auth/auth-form.ts'
import { jsonField } from '../auth/passkey-form.ts'
import { localeContext, signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { kitMessages } from '../messages/kit.ts'
import { passkeyMessages } from '../messages/passkeys.ts'
import { fieldText, type FormState, parseForm, typedValues } from '../ui/form-state.ts'
import { refuseProfile } from './refuse-profile.ts'
import { ownScope } from './scope.ts'

type Context = Readonly<RouterContextProvider>

const PASSKEY_INTENTS = [
  'passkey-question',
  'passkey-begin',
  'passkey-finish',
  'passkey-rename',
  'passkey-remove',
  'passkey-ask',
  'passkey-stop',
  'passkey-codes',
] as const
type PasskeyIntent = (typeof PASSKEY_INTENTS)[number]

export const isPasskeyIntent = (intent: string): intent is PasskeyIntent =>
  PASSKEY_INTENTS.some((each) => each === intent)

/** What the page does with the answer: a form that was refused, or what a browser shall be asked. */
export type PasskeyState =
  | FormState
  | { ok: true; creating: { question: string; name: string } }
  | { ok: true; question: string }
export type PasskeyAnswered = { passkeys: PasskeyState }

/** What the security page does about passkeys, by the button that was pressed. */
export async function changePasskeys(intent: PasskeyIntent, form: FormData, context: Context) {
  try {
    return await acts[intent](form, context)
  } catch (error) {
    return refuse(error, form, context)
  }
}

const fields = (locale: Locale) => {
  const { password, code } = accountFields(locale)
  const words = passkeyMessages[locale].problems
  return {
    intent: z.string(),
    currentPassword: password.optional(),
    code: code.optional(),
    passkey: jsonField(PasskeyAnswer).optional(),
    name: z
      .string({ error: words.nameMissing })
      .max(PASSKEY_NAME_MAX)
      .refine((text) => PasskeyNameField.safeParse(text).success, { error: accountWords(locale) }),
    passkeyId: z.string().regex(/^pky_[0-9a-z]{26}$/),
    answer: jsonField(NewPasskeyAnswer),
  }
}
const accountWords = (locale: Locale): string => kitMessages[locale].form.invalid

type Proof = { currentPassword?: string | undefined; code?: string | undefined; passkey?: PasskeyAnswer | undefined }

/** What was given as proof; undefined when nothing was. */
function proofOf({ currentPassword, code, passkey }: Proof): UserProof | undefined {
  if (passkey) return { passkey }
  return currentPassword === undefined ? undefined : { currentPassword, ...(code !== undefined && { code }) }
}

type Proven = { proof: UserProof; keepSessionId: string | undefined; value: string }

/** Reads a form that holds a proof and one more field at most, and acts; what is missing is told by its field. */
function proving(
  field: 'name' | 'passkeyId' | undefined,
  act: (input: Proven, context: Context) => Promise<Response | PasskeyAnswered | Codes>,
) {
  return async (form: FormData, context: Context) => {
    const locale = context.get(localeContext)
    const { intent, currentPassword, code, passkey, ...rest } = fields(locale)
    const more = field === undefined ? {} : { [field]: rest[field] }
    const parsed = parseForm(z.object({ intent, currentPassword, code, passkey, ...more }), form, locale)
    if (!parsed.ok) return refused(parsed)
    const proof = proofOf(parsed.value)
    if (!proof) {
      const errors = { currentPassword: kitMessages[locale].form.required }
      return refused({ ok: false, errors, values: typedValues(form) })
    }
    const keepSessionId = (await context.get(signedInContext)())?.sessionId
    return act({ proof, keepSessionId, value: field === undefined ? '' : fieldText(form, field).trim() }, context)
  }
}

const refused = (state: FormState) => data<PasskeyAnswered>({ passkeys: state }, 422)

type Codes = { ok: true; recoveryCodes: string[]; told: 'passkey' | 'renewed' }
const done = (context: Context, key: Parameters<typeof redirectWithFlash>[1]): Response =>
  redirectWithFlash(ownScope(context).security, key)

const acts = {
  async 'passkey-question'(_form: FormData, context: Context) {
    const { app, actor } = ownScope(context)
    const question = JSON.stringify(await beginConfirmation(app, actor))
    return { passkeys: { ok: true as const, question } }
  },
  'passkey-begin': proving('name', async ({ value: name, proof }, context) => {
    const { app, actor } = ownScope(context)
    const question = JSON.stringify(await beginPasskey(app, actor, proof))
    return { passkeys: { ok: true, creating: { question, name } } }
  }),
  async 'passkey-finish'(form: FormData, context: Context) {
    const { app, actor, locale } = ownScope(context)
    const { intent, name, answer } = fields(locale)
    const parsed = parseForm(z.object({ intent, name, answer }), form, locale)
    if (!parsed.ok) return refused(parsed)
    await finishPasskey(app, actor, parsed.value)
    return done(context, 'passkeyAdded')
  },
  async 'passkey-rename'(form: FormData, context: Context) {
    const { app, actor, locale } = ownScope(context)
    const { intent, name, passkeyId } = fields(locale)
    const parsed = parseForm(z.object({ intent, name, passkeyId }), form, locale)
    if (!parsed.ok) return refused(parsed)
    await renamePasskey(app, actor, parsed.value)
    return done(context, 'passkeyRenamed')
  },
  'passkey-remove': proving('passkeyId', async ({ value: passkeyId, proof }, context) => {
    const { app, actor } = ownScope(context)
    await removePasskey(app, actor, { ...proof, passkeyId })
    return done(context, 'passkeyRemoved')
  }),
  'passkey-ask': proving(undefined, async ({ proof, keepSessionId }, context) => {
    const { app, actor } = ownScope(context)
    const recoveryCodes = await enablePasskeyFactor(app, actor, { ...proof, keepSessionId })
    return recoveryCodes.length === 0 ? done(context, 'passkeyFactorOn') : { ok: true, recoveryCodes, told: 'passkey' }
  }),
  'passkey-stop': proving(undefined, async ({ proof, keepSessionId }, context) => {
    const { app, actor } = ownScope(context)
    await disablePasskeyFactor(app, actor, { ...proof, keepSessionId })
    return done(context, 'passkeyFactorOff')
  }),
  'passkey-codes': proving(undefined, async ({ proof }, context) => {
    const { app, actor } = ownScope(context)
    return { ok: true, recoveryCodes: await renewRecoveryCodes(app, actor, proof), told: 'renewed' }
  }),
}

function refuse(error: unknown, form: FormData, context: Context) {
  if (!isProblem(error)) throw error
  const words = passkeyMessages[context.get(localeContext)]
  const say = (message: string) => refused({ ok: false, errors: {}, message, values: typedValues(form) })
  switch (error.code) {
    case 'passkey_not_found':
      // It is not there any more: what was asked for is so.
      return done(context, 'passkeyRemoved')
    case 'passkey_refused':
      return say(words.refusedHere)
    case 'passkey_over':
      return say(words.over)
    case 'passkeys_unavailable':
      return say(words.card.unavailable)
    case 'passkey_known':
      return say(words.problems.known)
    case 'too_many_passkeys':
      return say(words.problems.tooMany)
    case 'last_way_in':
      return say(words.problems.lastWayIn)
    default: {
      const { data: state, init } = refuseProfile(error, form, context)
      return data<PasskeyAnswered>({ passkeys: state }, init ?? {})
    }
  }
}
