import { data } from 'react-router'
import { confirmEmailChange } from '#modules/accounts/confirm-email-change.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext, replyContext, requestContext, signedInContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { paths } from '../paths.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { fieldText } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { AuthCard } from './auth-layout.tsx'
import type { Route } from './+types/change-email-page'

/** A button uses the link, since programs that look through mail open links, too. */
export const loader = async ({ request, context }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? undefined,
  signedIn: (await context.get(signedInContext)()) !== undefined,
})

type Answer = { email: string } | { over: true } | { refused: string }

export async function action({ request, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const form = await request.formData()
  const { address } = context.get(requestContext)
  try {
    const token = fieldText(form, 'token').slice(0, 200)
    return data<Answer>(await confirmEmailChange(app, context.get(actorContext), { token, address }))
  } catch (error) {
    if (!isProblem(error)) throw error
    if (error.code === 'link_invalid') return data<Answer>({ over: true }, 422)
    if (error.code !== 'too_many_attempts') throw error
    context.get(replyContext).retryAfterSeconds = error.retryAfterSeconds
    const refused = authMessages[context.get(localeContext)].tooMany(error.retryAfterSeconds ?? 1)
    return data<Answer>({ refused }, 429)
  }
}

export default function ChangeEmailPage({ loaderData: { token, signedIn }, actionData }: Route.ComponentProps) {
  const words = useMessages(authMessages).changeEmail
  const way = signedIn ? paths.profile() : paths.login()
  const goOn = (
    <a href={way} className={buttonClass({ variant: 'primary', wide: true })}>
      {signedIn ? words.profile : words.login}
    </a>
  )
  if (actionData && 'email' in actionData)
    return (
      <AuthCard title={words.doneTitle} text={words.done(actionData.email)}>
        {goOn}
      </AuthCard>
    )
  if (token === undefined || (actionData && 'over' in actionData))
    return (
      <AuthCard title={words.overTitle} text={words.over}>
        {goOn}
      </AuthCard>
    )
  return (
    <AuthCard title={words.title} text={words.text}>
      {actionData && (
        <div className="mb-5">
          <Notice tone="bad" live>
            {actionData.refused}
          </Notice>
        </div>
      )}
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <Button type="submit" variant="primary" wide>
          {words.submit}
        </Button>
      </form>
    </AuthCard>
  )
}
