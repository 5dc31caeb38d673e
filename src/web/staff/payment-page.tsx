import { listEvents } from '#modules/accounts/list-events.ts'
import { moneyAccount } from '#modules/billing/ledger.ts'
import { getPaymentStory } from '#modules/billing/money-queries.ts'
import { newId } from '#platform/ids.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { FactList } from './fact-list.tsx'
import { AllLink, EventTimeline, RowLink } from './parts.tsx'
import { refund } from './refund-actions.ts'
import { RefundForm, type RefundOffer } from './refund-form.tsx'
import { refundRow, refundView } from './refund-row.tsx'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/payment-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor } = scope
  const story = await getPaymentStory(app, actor, params.paymentId)
  const { payment, documents, refunds, disputes, customer } = story
  const subjectId = [payment.id, ...refunds.map(({ id }) => id), ...disputes.map(({ id }) => id)]
  const events = scope.may('event.read') ? await listEvents(app, actor, { limit: 30, subjectId }) : { rows: [] }
  const { id, state, channel, amountMinor, refundedMinor, currency, failureCode, gatewayPaymentId } = payment
  return {
    payment: {
      id,
      state,
      channel,
      amountMinor,
      refundedMinor,
      currency,
      failureCode,
      gatewayPaymentId,
      createdAt: iso(payment.createdAt),
      settledAt: isoOrNull(payment.settledAt),
    },
    customer,
    documents,
    refunds: refunds.map(refundView),
    disputes: disputes.map(({ id: disputeId, state: its, reason, amountMinor: minor, createdAt }) => ({
      id: disputeId,
      state: its,
      reason,
      amountMinor: minor,
      createdAt: iso(createdAt),
    })),
    offer: offerOf(scope, story),
    events: events.rows.map(eventView),
  }
}

function offerOf({ may }: StaffScope, story: Awaited<ReturnType<typeof getPaymentStory>>): RefundOffer | undefined {
  const { payment, documents, disputes, refundableMinor } = story
  const contested = disputes.some(({ state }) => state === 'open' || state === 'lost')
  if (!may('payment.refund') || contested || refundableMinor <= 0n) return undefined
  // What bought credit is credit already.
  const onlyCredit = documents.length > 0 && documents.every(({ purpose }) => purpose === 'topup')
  const byGateway = moneyAccount(payment) === 'clearing' && payment.gatewayPaymentId !== null
  return {
    leftMinor: refundableMinor,
    currency: payment.currency,
    destinations: [...(byGateway ? ['gateway'] : []), ...(onlyCredit ? [] : ['credit']), 'by_hand'],
    services: [
      'keep',
      ...(may('service.suspend') ? ['suspend'] : []),
      ...(may('service.terminate') ? ['terminate'] : []),
    ],
    documents: documents.filter(({ state }) => state === 'paid').map(({ id, number }) => ({ id, number })),
    requestKey: newId('req'),
  }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  return refund(staffScope(context), params.paymentId, await request.formData(), context.get(localeContext))
}

type Loaded = Route.ComponentProps['loaderData']

export default function PaymentPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { payment, documents, refunds, disputes, offer, events } = loaderData
  const words = useMessages(staffMoneyMessages)
  const common = useMessages(staffMessages)
  const invoices = useMessages(staffObjectsMessages).invoices
  useLive(true, BUSY_MS)
  return (
    <ObjectPage
      title={words.payment(shortId(payment.id))}
      id={payment.id}
      state={<StateBadge state={payment.state} />}
      back={{ to: paths.staffPayments(), label: words.tabs.payments }}
      aside={
        <>
          <Facts loaded={loaderData} />
          <Card
            title={common.timeline}
            actions={<AllLink to={paths.staffEvents({ subject: payment.id })} label={common.allEvents} />}
          >
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      <Card title={words.documents} flush>
        <CardRows
          label={words.documents}
          empty={words.noDocuments}
          rows={documents.map(({ id, number, state, appliedMinor, amountMinor }) => ({
            key: id,
            to: paths.staffInvoice(id),
            title: number ?? invoices.proFormaOf(shortId(id)),
            state: <StateBadge state={state} />,
            amount: (
              <Money minor={payment.state === 'succeeded' ? appliedMinor : amountMinor} currency={payment.currency} />
            ),
          }))}
        />
      </Card>
      {disputes.length > 0 && (
        <Card title={words.disputes.title} flush>
          <CardRows
            label={words.disputes.title}
            empty={common.none}
            rows={disputes.map((dispute) => ({
              key: dispute.id,
              to: paths.staffDispute(dispute.id),
              title: words.disputes.reasons[dispute.reason] ?? dispute.reason,
              state: <StateBadge state={dispute.state} />,
              amount: <Money minor={dispute.amountMinor} currency={payment.currency} />,
              aside: <Time at={dispute.createdAt} />,
            }))}
            wide
          />
        </Card>
      )}
      <Card title={words.refunds.title} flush>
        <CardRows
          label={words.refunds.title}
          empty={words.refunds.none}
          rows={refunds.map((each) => refundRow(each, words.refunds))}
        />
      </Card>
      {offer && (
        <RefundForm key={String(offer.leftMinor)} offer={offer} refused={answer?.ok === false ? answer : undefined} />
      )}
    </ObjectPage>
  )
}

function Facts({ loaded: { payment, customer, offer } }: { loaded: Loaded }) {
  const words = useMessages(staffMoneyMessages)
  const common = useMessages(staffMessages)
  const { currency } = payment
  return (
    <Card title={common.facts}>
      <FactList
        facts={[
          {
            label: common.customer,
            value: <RowLink to={paths.staffCustomer(customer.id)}>{customer.name}</RowLink>,
          },
          { label: words.amount, value: <Money minor={payment.amountMinor} currency={currency} /> },
          { label: words.channel, value: words.channels[payment.channel] },
          ...(payment.refundedMinor > 0n
            ? [{ label: words.refunded, value: <Money minor={payment.refundedMinor} currency={currency} /> }]
            : []),
          ...(offer ? [{ label: words.refundable, value: <Money minor={offer.leftMinor} currency={currency} /> }] : []),
          { label: common.created, value: <Time at={payment.createdAt} format="dateTime" /> },
          ...(payment.settledAt
            ? [{ label: words.settled, value: <Time at={payment.settledAt} format="dateTime" /> }]
            : []),
          ...(payment.failureCode ? [{ label: words.failure, value: <Code>{payment.failureCode}</Code> }] : []),
          ...(payment.gatewayPaymentId
            ? [{ label: words.gatewayId, value: <Code className="break-all">{payment.gatewayPaymentId}</Code> }]
            : []),
        ]}
      />
    </Card>
  )
}
