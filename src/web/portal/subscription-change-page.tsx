import { data, redirect } from 'react-router'
import { redirectWithFlash } from '../flash.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { actOnChange, loadChange } from './change-actions.ts'
import { ChangeCard } from './change-card.tsx'
import { ChangeChoicesForm } from './change-choices.tsx'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/subscription-change-page'

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return loadChange(portalScope(context), pathId(params.subscriptionId, 'sub'), request)
}

/** Shows what is chosen, or does what was shown; what waits for its payment leads to its invoice. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const subscriptionId = pathId(params.subscriptionId, 'sub')
  const done = await actOnChange(portalScope(context), subscriptionId, await request.formData())
  if (!done.ok) return data(done, 409)
  const { id, state, invoiceId } = done.value
  if (state === 'quoted') return redirect(paths.subscriptionChange(subscriptionId, id))
  if (state === 'awaiting_payment' && invoiceId) return redirect(paths.invoice(invoiceId))
  return redirectWithFlash(paths.subscription(subscriptionId), state === 'scheduled' ? 'changeSet' : 'changeMade')
}

export default function SubscriptionChangePage({
  loaderData: { subscriptionId, choices, quote, key },
  actionData,
}: Route.ComponentProps) {
  const words = useMessages(subscriptionMessages)
  const { obstacle } = choices
  return (
    <FormPage
      title={words.changeTitle(choices.what)}
      text={words.changeText}
      back={{ to: paths.subscription(subscriptionId), label: words.one }}
      notice={
        obstacle ? (
          <Notice tone="warn" title={words.cannot}>
            {obstacle.message}
          </Notice>
        ) : (
          choices.retired && <Notice tone="info">{words.planRetired}</Notice>
        )
      }
      aside={quote && <ChangeCard key={quote.id} quote={quote} />}
    >
      {!obstacle && <ChangeChoicesForm key={quote?.id ?? 'new'} choices={choices} state={actionData} formKey={key} />}
    </FormPage>
  )
}
