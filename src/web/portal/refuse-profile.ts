import { data, type RouterContextProvider } from 'react-router'
import { isProblem } from '#platform/problem.ts'
import { localeContext, replyContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { formStatus } from '../problems.ts'
import { type FormState, refusedForm } from '../ui/form-state.ts'

/** The refusal of a command about oneself as the answer of its form; what no form can mend is thrown on. */
export function refuseProfile(error: unknown, form: FormData, context: Readonly<RouterContextProvider>) {
  if (!isProblem(error)) throw error
  const locale = context.get(localeContext)
  const [auth, words] = [authMessages[locale], portalProfileMessages[locale]]
  const { code, retryAfterSeconds } = error
  context.get(replyContext).retryAfterSeconds = retryAfterSeconds
  const { values } = refusedForm(error, form, locale)
  const answer = (state: Pick<FormState, 'errors' | 'message'>) =>
    data({ ok: false as const, values, ...state }, error.kind === 'unauthenticated' ? 422 : formStatus(error))
  switch (code) {
    case 'password_wrong':
      return answer({ errors: { currentPassword: words.security.wrong } })
    case 'second_factor_wrong':
      return answer({ errors: { code: auth.secondFactor.wrong } })
    case 'email_unchanged':
      return answer({ errors: { email: words.you.emailUnchanged } })
    case 'password_too_simple':
      return answer({ errors: { newPassword: auth.ownPassword } })
    case 'too_many_attempts':
      return answer({ errors: {}, message: auth.tooMany(retryAfterSeconds ?? 1) })
    case 'busy':
      return answer({ errors: {}, message: auth.busy(retryAfterSeconds ?? 1) })
    case 'scope_beyond_role':
      return answer({ errors: { scopes: words.tokens.beyond } })
    case 'too_many_api_tokens':
      return answer({ errors: {}, message: words.tokens.tooMany })
    default:
      throw error
  }
}
