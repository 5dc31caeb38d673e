import { data, redirect } from 'react-router'
import { undoCancellation } from '#modules/billing/request-cancellation.ts'
import { mayCancel, mayChange } from '#modules/billing/require-changeable.ts'
import { openGatewayPortal } from '#modules/billing/save-new-method.ts'
import { getSubscriptionDetail } from '#modules/billing/subscription-queries.ts'
import { withdrawChange } from '#modules/billing/withdraw-change.ts'
import { allowPaymentRedirect } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { fieldText, tryForm } from '../ui/form-state.ts'
import { useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Link } from 'react-router'
import { StripeInvoices } from './adoption-parts.tsx'
import { invoiceRow } from './rows.ts'
import { pathId, portalScope } from './scope.ts'
import { SubscriptionNotices } from './subscription-notices.tsx'
import { AgreedCard, SubscriptionFacts } from './subscription-parts.tsx'
import { subscriptionView } from './subscription-view.ts'
import { InvoicesTable } from './tables.tsx'
import type { Route } from './+types/subscription-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const detail = await getSubscriptionDetail(app, actor, pathId(params.subscriptionId, 'sub'))
  return {
    subscription: subscriptionView(detail),
    documents: detail.documents.map((invoice) => invoiceRow(app, invoice)),
    may: { change: mayChange(actor), cancel: mayCancel(actor) },
  }
}

/** Takes a cancellation back, or a change that does not hold yet; or leads to the page of Stripe. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const { app, actor, locale } = portalScope(context)
  const subscriptionId = pathId(params.subscriptionId, 'sub')
  const form = await request.formData()
  const changeId = fieldText(form, 'changeId')
  if (fieldText(form, 'intent') === 'stripe') {
    allowPaymentRedirect(context)
    const returnPath = paths.subscription(subscriptionId)
    const opened = await tryForm(form, locale, () => openGatewayPortal(app, actor, { returnPath }))
    return opened.ok ? redirect(opened.value.url) : data(opened, 409)
  }
  const done =
    fieldText(form, 'intent') === 'withdraw'
      ? await tryForm(form, locale, () => withdrawChange(app, actor, { changeId }))
      : await tryForm(form, locale, () => undoCancellation(app, actor, { subscriptionId }))
  return done.ok ? redirectWithFlash(paths.subscription(subscriptionId), 'saved') : data(done, 409)
}

export default function SubscriptionPage({
  loaderData: { subscription, documents, may },
  actionData,
}: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(subscriptionMessages)
  const { view, service } = subscription
  const goesOn = view === 'active' || view === 'past_due'
  useLive()
  return (
    <ObjectPage
      title={service?.hostname ?? subscription.description}
      state={<StateBadge state={view} label={words.views[view]} />}
      id={subscription.id}
      back={{ to: paths.subscriptions(), label: words.back }}
      actions={
        <>
          {view === 'active' && may.change && !subscription.adoption?.paidElsewhere && (
            <LinkButton to={paths.subscriptionChange(subscription.id)}>{words.change}</LinkButton>
          )}
          {goesOn && may.cancel && (
            <LinkButton to={paths.subscriptionCancel(subscription.id)}>{words.cancel}</LinkButton>
          )}
        </>
      }
      notice={
        <SubscriptionNotices subscription={subscription} refused={answer?.message} may={may} invoice={paths.invoice} />
      }
      aside={
        <SubscriptionFacts
          subscription={subscription}
          first={
            service
              ? [
                  {
                    label: words.server,
                    value: (
                      <Link to={paths.service(service.id)} className="link">
                        {service.hostname}
                      </Link>
                    ),
                  },
                ]
              : []
          }
        />
      }
    >
      <AgreedCard subscription={subscription} />
      {subscription.adoption && <StripeInvoices adoption={subscription.adoption} />}
      <section>
        <h2 className="mb-2.5 text-lg">{words.documents}</h2>
        <InvoicesTable
          label={words.documents}
          rows={documents}
          empty={<p className="p-5 text-muted">{words.noDocuments}</p>}
        />
      </section>
    </ObjectPage>
  )
}
