import { redirect, type RouterContextProvider } from 'react-router'
import type { App } from '#app/app.ts'
import { openMethodPage, syncPaymentMethods } from '#modules/billing/save-new-method.ts'
import type { Quote } from '#modules/orders/quote.ts'
import { lacksMethod } from '#modules/orders/start-trials.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { actorContext, appContext, localeContext } from '../context.ts'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { SubmitButton } from '../ui/button.tsx'
import { refusedForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { useMessages } from '../ui/site.tsx'
import { refused } from './checkout-refused.ts'

const FROM = 'methods'

/** Whether the trial that is about to be ordered waits for a way to pay; back from the gateway, it is looked for there. */
export async function waitsForMethod(app: App, actor: Actor, quote: Quote, request: Request): Promise<boolean> {
  if (actor.kind !== 'user') return false
  if (!(await lacksMethod(app.db, actor.customerId, quote))) return false
  if (new URL(request.url).searchParams.get('from') !== FROM) return true
  await syncPaymentMethods(app, actor.customerId).catch((error: unknown) => {
    // Its message will tell; until then the notice stands.
    if (!isProblem(error) || error.kind !== 'unavailable') throw error
  })
  return lacksMethod(app.db, actor.customerId, quote)
}

/** On to the gateway's page where a way to pay is saved, and from there back to the checkout. */
export async function leadToMethodPage(form: FormData, context: Readonly<RouterContextProvider>) {
  const locale = context.get(localeContext)
  const here = paths.checkout(locale)
  try {
    const { url } = await openMethodPage(context.get(appContext), context.get(actorContext), {
      returnPath: `${here}?from=${FROM}`,
      cancelPath: here,
    })
    return redirect(url)
  } catch (error) {
    if (!isProblem(error) || error.kind !== 'unavailable') throw error
    return refused('method', refusedForm(error, form, locale), formStatus(error))
  }
}

/** What a trial waits for, and the way to it. */
export function MethodNotice({ state }: { state: Parameters<typeof ActionForm>[0]['state'] }) {
  const words = useMessages(buyMessages).checkout.method
  return (
    <Notice tone="info" title={words.title}>
      <p>{words.text}</p>
      <ActionForm id="method" state={state} className="mt-3">
        <div>
          <SubmitButton variant="secondary" name="intent" value="save-method">
            {words.button}
          </SubmitButton>
        </div>
      </ActionForm>
    </Notice>
  )
}
