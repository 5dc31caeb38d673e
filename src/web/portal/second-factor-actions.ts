import { data, redirect, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { removeTotp, renewRecoveryCodes } from '#modules/accounts/change-totp.ts'
import { beginTotp, cancelTotp, confirmTotp } from '#modules/accounts/enrol-totp.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields } from '../auth/auth-form.ts'
import { signedInContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { parseForm } from '../ui/form-state.ts'
import { refuseProfile } from './refuse-profile.ts'
import { ownScope } from './scope.ts'

type Context = Readonly<RouterContextProvider>

/** What the security page does about the authenticator app, by the button that was pressed. */
const SECOND_FACTOR_INTENTS = ['totp-begin', 'totp-cancel', 'totp-confirm', 'totp-renew', 'totp-remove'] as const
type SecondFactorIntent = (typeof SECOND_FACTOR_INTENTS)[number]

export const isSecondFactorIntent = (intent: string): intent is SecondFactorIntent =>
  SECOND_FACTOR_INTENTS.some((each) => each === intent)

export async function changeSecondFactor(intent: SecondFactorIntent, form: FormData, context: Context) {
  const { app, actor, security } = ownScope(context)
  if (intent === 'totp-begin') return begin(context)
  if (intent === 'totp-cancel') {
    await cancelTotp(app, actor)
    return redirectWithFlash(security, 'secondFactorCancelled')
  }
  return prove(intent, form, context)
}

async function begin(context: Context) {
  const { app, actor, security } = ownScope(context)
  try {
    await beginTotp(app, actor)
  } catch (error) {
    // Set up in another window meanwhile: the page shows it.
    if (!isProblem(error) || error.code !== 'totp_active') throw error
  }
  return redirect(security)
}

/** Password and code prove who asks. New recovery codes are part of the answer, once, and of no address. */
async function prove(
  intent: Exclude<SecondFactorIntent, 'totp-begin' | 'totp-cancel'>,
  form: FormData,
  context: Context,
) {
  const { app, actor, locale, security } = ownScope(context)
  const { password, code } = accountFields(locale)
  const parsed = parseForm(z.object({ intent: z.literal(intent), currentPassword: password, code }), form, locale)
  if (!parsed.ok) return data({ ...parsed, form: 'second-factor' as const }, 422)
  const { intent: _intent, ...proof } = parsed.value
  const keepSessionId = (await context.get(signedInContext)())?.sessionId
  try {
    if (intent === 'totp-remove') {
      await removeTotp(app, actor, { ...proof, keepSessionId })
      return redirectWithFlash(security, 'secondFactorOff')
    }
    const recoveryCodes =
      intent === 'totp-confirm'
        ? await confirmTotp(app, actor, { ...proof, keepSessionId })
        : await renewRecoveryCodes(app, actor, proof)
    if (recoveryCodes.length === 0) return redirectWithFlash(security, 'secondFactorOn')
    return { ok: true as const, recoveryCodes, told: intent === 'totp-renew' ? ('renewed' as const) : ('app' as const) }
  } catch (error) {
    const refused = refuseProfile(error, form, context)
    return data({ ...refused.data, form: 'second-factor' as const }, refused.init ?? {})
  }
}
