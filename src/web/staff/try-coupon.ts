import { problemOfConstraint } from '#app/constraints.ts'
import type { Locale } from '#platform/i18n.ts'
import { problemText } from '../messages/problems.ts'
import { type FormState, tryForm } from '../ui/form-state.ts'

/** Runs a command for a coupon's form; that its code is taken is said at the code. */
export function tryCoupon<T>(
  form: FormData,
  locale: Locale,
  run: () => Promise<T>,
): Promise<{ ok: true; value: T } | FormState> {
  return tryForm(form, locale, async () => {
    try {
      return await run()
    } catch (error) {
      throw problemOfConstraint(error) ?? error
    }
  }).then((answer) => (answer.ok ? answer : inTheirWords(answer, locale)))
}

/** Issues of commands are English; the codes they stand for have words of their own. */
function inTheirWords(state: FormState, locale: Locale): FormState {
  if (locale === 'en') return state
  const errors = Object.fromEntries(
    Object.entries(state.errors).map(([field, message]) => {
      const code = field === 'code' ? 'coupon_code_taken' : 'coupon_limit_below_uses'
      return [field, problemText({ code, message }, locale)]
    }),
  )
  return { ...state, errors }
}
