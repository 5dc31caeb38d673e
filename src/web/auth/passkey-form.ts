import { data, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import { PasskeyAnswer } from '#modules/accounts/passkey.ts'
import type { PasskeyQuestion } from '#modules/accounts/use-passkey.ts'
import { isProblem } from '#platform/problem.ts'
import { localeContext, replyContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { passkeyMessages } from '../messages/passkeys.ts'
import { formStatus } from '../problems.ts'
import { fieldText } from '../ui/form-state.ts'

type Context = Readonly<RouterContextProvider>

/** A field that holds JSON of this shape, as scripts fill it in. */
export const jsonField = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .max(40_000)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom' })
        return z.NEVER
      }
    })
    .pipe(schema)

/** What the passkey part of a sign-in page is told: what to ask the browser for, or why not. */
export type PasskeyReply = { question?: string; refused?: string }

/** The answer to a page's script that asks what to ask a passkey for. */
export const askPasskey = (context: Context, ask: () => Promise<PasskeyQuestion>) =>
  replying(context, async () => data<{ passkey: PasskeyReply }>({ passkey: { question: JSON.stringify(await ask()) } }))

/** Goes on with what a passkey answered; a refusal is told where the button is. */
export const answerPasskey = (form: FormData, context: Context, enter: (answer: PasskeyAnswer) => Promise<Response>) =>
  replying(context, async () => {
    const parsed = jsonField(PasskeyAnswer).safeParse(fieldText(form, 'passkey'))
    return parsed.success ? enter(parsed.data) : refuse(passkeyMessages[context.get(localeContext)].refused, 422)
  })

async function replying<T>(context: Context, reply: () => Promise<T>) {
  try {
    return await reply()
  } catch (error) {
    if (!isProblem(error)) throw error
    const locale = context.get(localeContext)
    const [auth, words] = [authMessages[locale], passkeyMessages[locale]]
    const { code, retryAfterSeconds } = error
    context.get(replyContext).retryAfterSeconds = retryAfterSeconds
    switch (code) {
      case 'passkey_refused':
        return refuse(words.refused, 422)
      case 'passkey_over':
        return refuse(words.over, 422)
      case 'passkeys_unavailable':
        return refuse(words.unavailable, 422)
      case 'too_many_attempts':
        return refuse(auth.tooMany(retryAfterSeconds ?? 1), formStatus(error))
      default:
        throw error
    }
  }
}

const refuse = (refused: string, status: number) =>
  data<{ passkey: PasskeyReply }>({ passkey: { refused } }, { status })
