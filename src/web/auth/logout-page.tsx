import { redirect } from 'react-router'
import { signOut } from '#modules/accounts/sign-out.ts'
import { appContext, signedInContext } from '../context.ts'
import { authMessages } from '../messages/auth.ts'
import { paths, safeReturn } from '../paths.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { fieldText } from '../ui/form-state.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { noCart } from '../shop/cart-cookie.ts'
import { AuthCard } from './auth-layout.tsx'
import { signedOutHeaders } from './session-cookie.ts'
import type { Route } from './+types/logout-page'

/** Signed out, or a question for whoever came here by a link: links must not sign anybody out. */
export async function loader({ context }: Route.LoaderArgs) {
  const signedIn = await context.get(signedInContext)()
  return { email: signedIn?.user.email }
}

/** The cart stays with its customer and is there again after the next sign-in. */
export async function action({ request, context }: Route.ActionArgs) {
  const next = safeReturn(fieldText(await request.formData(), 'next'))
  const signedIn = await context.get(signedInContext)()
  if (signedIn) await signOut(context.get(appContext), signedIn.actor, { sessionId: signedIn.sessionId })
  return redirect(next ?? paths.logout(), { headers: [...signedOutHeaders(), ...noCart()] })
}

export default function LogoutPage({ loaderData: { email } }: Route.ComponentProps) {
  const words = useMessages(authMessages).logout
  const locale = useLocale()
  if (email !== undefined)
    return (
      <AuthCard title={words.askTitle} text={words.askText(email)}>
        <form method="post" className="grid gap-3">
          <Button type="submit" variant="primary" wide>
            {words.submit}
          </Button>
          <a href={paths.portal()} className={buttonClass({ wide: true })}>
            {words.stay}
          </a>
        </form>
      </AuthCard>
    )
  return (
    <AuthCard title={words.title} text={words.text}>
      <div className="grid gap-3">
        <a href={paths.login()} className={buttonClass({ variant: 'primary', wide: true })}>
          {words.again}
        </a>
        <a href={paths.landing(locale)} className={buttonClass({ wide: true })}>
          {words.shop}
        </a>
      </div>
    </AuthCard>
  )
}
