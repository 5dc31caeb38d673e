import { data, redirect } from 'react-router'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { actOnChange, loadChange } from '../portal/change-actions.ts'
import { ChangeCard } from '../portal/change-card.tsx'
import { ChangeChoicesForm } from '../portal/change-choices.tsx'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import type { Route } from './+types/subscription-change-page'

export async function loader({ request, params: { subscriptionId }, context }: Route.LoaderArgs) {
  return loadChange({ ...staffScope(context), locale: context.get(localeContext) }, subscriptionId, request)
}

/** Shows what is chosen, or does what was shown, for the customer. */
export async function action({ request, params: { subscriptionId }, context }: Route.ActionArgs) {
  const scope = { ...staffScope(context), locale: context.get(localeContext) }
  const done = await actOnChange(scope, subscriptionId, await request.formData())
  if (!done.ok) return data(done, 409)
  const { id, state } = done.value
  if (state === 'quoted') return redirect(paths.staffSubscriptionChange(subscriptionId, id))
  return redirectWithFlash(paths.staffSubscription(subscriptionId), state === 'applied' ? 'changeMade' : 'changeSet')
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
      back={{ to: paths.staffSubscription(subscriptionId), label: words.one }}
      notice={
        obstacle && (
          <Notice tone="warn" title={words.cannot}>
            {obstacle.message}
          </Notice>
        )
      }
      aside={quote && <ChangeCard key={quote.id} quote={quote} />}
    >
      {!obstacle && <ChangeChoicesForm key={quote?.id ?? 'new'} choices={choices} state={actionData} formKey={key} />}
    </FormPage>
  )
}
