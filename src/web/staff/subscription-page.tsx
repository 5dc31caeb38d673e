import { data } from 'react-router'
import { listEvents } from '#modules/accounts/list-events.ts'
import { CANCEL_REASONS } from '#modules/billing/cancel-reason.ts'
import { isOverdue } from '#modules/billing/invoice.ts'
import { mayCancel, mayChange } from '#modules/billing/require-changeable.ts'
import { getSubscriptionDetail } from '#modules/billing/subscription-queries.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { quotesMessages } from '../messages/quotes.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { SubscriptionNotices } from '../portal/subscription-notices.tsx'
import { StripeInvoices } from '../portal/adoption-parts.tsx'
import { AgreedCard, SubscriptionFacts } from '../portal/subscription-parts.tsx'
import { formatDay } from '../portal/view.ts'
import { subscriptionView } from '../portal/subscription-view.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { Field, Select } from '../ui/field.tsx'
import { ActionForm } from '../ui/form.tsx'
import { useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { AtStripeCard } from './at-stripe-card.tsx'
import { CardRows } from './card-rows.tsx'
import { AllLink, Day, EventTimeline, RowLink } from './parts.tsx'
import { actOnSubscription } from './subscription-actions.ts'
import { eventView, shortId } from './view.ts'
import type { Route } from './+types/subscription-page'

export async function loader({ params: { subscriptionId }, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const detail = await getSubscriptionDetail(app, actor, subscriptionId)
  const { documents, customer, change } = detail
  const events = await listEvents(app, actor, {
    limit: 20,
    subjectId: [subscriptionId, ...(change ? [change.id] : [])],
  })
  const open = documents.find(({ state, purpose }) => state === 'open' && purpose === 'renewal')
  return {
    subscription: subscriptionView(detail),
    customer,
    documents: documents.map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      state: isOverdue(invoice, app.clock.now()) ? ('overdue' as const) : invoice.state,
      currency: invoice.currency,
      totalMinor: invoice.totalMinor,
      dueOn: invoice.dueOn.toString(),
    })),
    hold: may('service.suspend') && open ? { until: open.suspendHoldUntil?.toString() ?? '' } : undefined,
    events: events.rows.map(eventView),
    reasons: CANCEL_REASONS,
    may: { change: mayChange(actor), cancel: mayCancel(actor) },
  }
}

export async function action({ request, params: { subscriptionId }, context }: Route.ActionArgs) {
  const form = await request.formData()
  const done = await actOnSubscription(staffScope(context), subscriptionId, form, context.get(localeContext))
  return done.ok ? redirectWithFlash(paths.staffSubscription(subscriptionId), 'saved') : data(done, 409)
}

type Loaded = Route.ComponentProps['loaderData']

export default function SubscriptionPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(subscriptionMessages)
  const { subscription, customer, events, may } = loaderData
  const { view, service } = subscription
  useLive()
  return (
    <ObjectPage
      title={service?.hostname ?? subscription.description}
      state={<StateBadge state={view} label={words.views[view]} />}
      id={subscription.id}
      back={{ to: paths.staffSubscriptions(), label: words.back }}
      actions={<Actions {...loaderData} />}
      notice={
        <SubscriptionNotices
          subscription={subscription}
          refused={answer?.message}
          may={may}
          invoice={paths.staffInvoice}
          staff
        />
      }
      aside={
        <>
          <SubscriptionFacts
            subscription={subscription}
            first={[
              {
                label: words.customer,
                value: <RowLink to={paths.staffCustomer(customer.id)}>{customer.name}</RowLink>,
              },
              ...(service
                ? [
                    {
                      label: words.server,
                      value: <RowLink to={paths.staffService(service.id)}>{service.hostname}</RowLink>,
                    },
                  ]
                : []),
            ]}
          />
          {subscription.adoption && (
            <AtStripeCard subscription={subscription} adoption={subscription.adoption} mayMove={may.change} />
          )}
          {loaderData.hold && <Hold until={loaderData.hold.until} />}
          <Card title={words.story} actions={<AllLink to={paths.staffEvents({ subject: subscription.id })} />}>
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      <AgreedCard subscription={subscription} />
      {subscription.adoption && <StripeInvoices adoption={subscription.adoption} staff />}
      <Documents {...loaderData} />
    </ObjectPage>
  )
}

function Actions({ subscription, may, reasons }: Pick<Loaded, 'subscription' | 'may' | 'reasons'>) {
  const words = useMessages(subscriptionMessages)
  const quotes = useMessages(quotesMessages)
  const locale = useLocale()
  const { view } = subscription
  const what = subscription.service?.hostname ?? subscription.description
  const reason = (
    <Select
      name="reason"
      label={words.reason}
      initial="other"
      options={reasons.map((value) => ({ value, label: words.reasons[value] }))}
    />
  )
  return (
    <>
      <LinkButton to={paths.staffQuotes({ subject: subscription.id })}>{quotes.title}</LinkButton>
      {view === 'active' && may.change && !subscription.adoption?.paidElsewhere && (
        <LinkButton to={paths.staffSubscriptionChange(subscription.id)}>{words.change}</LinkButton>
      )}
      {view === 'active' && may.cancel && (
        <ConfirmButton
          label={words.cancelAtEnd}
          title={words.confirmTitle(what)}
          confirm={words.cancelAtEnd}
          danger={false}
          fields={{ intent: 'cancel', when: 'period_end' }}
        >
          <p>{words.cancelAtEndText(formatDay(subscription.paidUntil, locale))}</p>
          {reason}
        </ConfirmButton>
      )}
      {view !== 'cancelled' && may.cancel && (
        <ConfirmButton
          label={words.cancelNow}
          title={words.confirmTitle(what)}
          confirm={words.cancelNow}
          fields={{ intent: 'cancel', when: 'now' }}
        >
          <p>{words.cancelNowText}</p>
          {reason}
        </ConfirmButton>
      )}
    </>
  )
}

function Hold({ until }: { until: string }) {
  const words = useMessages(subscriptionMessages)
  return (
    <Card title={words.hold} text={words.holdText}>
      <ActionForm id="hold" summary={false} className="gap-3">
        <input type="hidden" name="intent" value="hold" />
        <Field name="until" type="date" label={words.holdUntil} initial={until} />
        <SubmitButton variant="secondary" size="small">
          {words.holdSave}
        </SubmitButton>
      </ActionForm>
    </Card>
  )
}

function Documents({ documents }: Pick<Loaded, 'documents'>) {
  const words = useMessages(subscriptionMessages)
  const invoices = useMessages(staffObjectsMessages).invoices
  const common = useMessages(staffMessages)
  return (
    <Card title={words.documents} flush>
      <CardRows
        label={words.documents}
        empty={words.noDocuments}
        rows={documents.map((row) => ({
          key: row.id,
          to: paths.staffInvoice(row.id),
          title: row.number ?? invoices.proFormaOf(shortId(row.id)),
          state: <StateBadge state={row.state} />,
          text: (
            <>
              {common.total} <Money minor={row.totalMinor} currency={row.currency} /> · <Day at={row.dueOn} />
            </>
          ),
        }))}
      />
    </Card>
  )
}
