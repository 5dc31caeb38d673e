import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { NewPasswordField, PASSWORD_MAX, PASSWORD_MIN } from '#modules/accounts/password.ts'
import { SecondFactorField } from '#modules/accounts/second-factor.ts'
import { EmailField, PersonNameField } from '#modules/accounts/user.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext, replyContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { kitMessages } from '../messages/kit.ts'
import { formStatus } from '../problems.ts'
import { type FormState, refusedForm } from '../ui/form-state.ts'

const NAME_MAX = 200

/** The accounts' own rules, in the visitor's language. */
export const accountFields = (locale: Locale) => {
  const kit = kitMessages[locale].form
  const words = authMessages[locale]
  return {
    name: z
      .string()
      .max(NAME_MAX)
      .refine((text) => PersonNameField.safeParse(text).success, { error: words.invisible }),
    email: z
      .string()
      .toLowerCase()
      .max(254)
      .refine((text) => EmailField.safeParse(text).success, { error: kit.email }),
    password: z.string().max(PASSWORD_MAX, { error: words.signInFailed }),
    newPassword: z
      .string()
      .min(PASSWORD_MIN, { abort: true })
      .max(PASSWORD_MAX, { abort: true })
      .refine((text) => NewPasswordField.safeParse(text).success, { error: words.commonPassword }),
    code: z
      .string()
      .max(40)
      .transform((text) => SecondFactorField.parse(text)),
    next: z.string().optional(),
    intent: z.string().optional(),
  }
}

/**
 * The refusal of a command about accounts as the answer of its form, with waiting times in seconds; what no form can mend
 * is thrown on.
 */
export function refuseAuth(error: unknown, form: FormData, context: Readonly<RouterContextProvider>) {
  const locale = context.get(localeContext)
  const words = authMessages[locale]
  if (!isProblem(error)) throw error
  const { code, retryAfterSeconds } = error
  context.get(replyContext).retryAfterSeconds = retryAfterSeconds
  const state = refusedForm(error, form, locale)
  const say = (message: string): FormState => ({ ...state, errors: {}, message })
  const status = { status: formStatus(error) }
  switch (code) {
    case 'sign_in_failed':
      return data(say(words.signInFailed), { status: 422 })
    case 'second_factor_wrong':
      return data<FormState>(
        { ok: false, errors: { code: words.secondFactor.wrong }, values: state.values },
        { status: 422 },
      )
    case 'too_many_attempts':
      return data(say(words.tooMany(retryAfterSeconds ?? 1)), status)
    case 'busy':
      return data(say(words.busy(retryAfterSeconds ?? 1)), status)
    case 'password_too_simple':
      return data({ ...state, errors: { password: words.ownPassword } }, status)
    default:
      throw error
  }
}
