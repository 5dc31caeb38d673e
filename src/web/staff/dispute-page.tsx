import { listEvents } from '#modules/accounts/list-events.ts'
import { getDispute } from '#modules/billing/money-queries.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { BUSY_MS, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { FactList } from './fact-list.tsx'
import { AllLink, EventTimeline, RowLink } from './parts.tsx'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/dispute-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const dispute = await getDispute(app, actor, params.disputeId)
  const events = may('event.read')
    ? await listEvents(app, actor, { limit: 20, subjectId: [dispute.id, dispute.paymentId] })
    : { rows: [] }
  const { id, state, reason, amountMinor, withdrawnMinor, currency, paymentId, customerId, customerName } = dispute
  return {
    dispute: {
      id,
      state,
      reason,
      amountMinor,
      withdrawnMinor,
      currency,
      paymentId,
      customerId,
      customerName,
      gatewayDisputeId: dispute.gatewayDisputeId,
      evidenceDueAt: isoOrNull(dispute.evidenceDueAt),
      createdAt: iso(dispute.createdAt),
    },
    events: events.rows.map(eventView),
  }
}

export default function DisputePage({ loaderData: { dispute, events } }: Route.ComponentProps) {
  const words = useMessages(staffMoneyMessages)
  const common = useMessages(staffMessages)
  const { disputes } = words
  useLive(true, BUSY_MS)
  const how = {
    open: disputes.howOpen,
    warning: disputes.howWarning,
    won: disputes.howWon,
    lost: disputes.howLost,
    warning_closed: disputes.howClosed,
  }[dispute.state]
  const undecided = dispute.state === 'open' || dispute.state === 'warning'
  return (
    <ObjectPage
      title={disputes.dispute(shortId(dispute.id))}
      id={dispute.id}
      state={<StateBadge state={dispute.state} />}
      back={{ to: paths.staffDisputes(), label: disputes.title }}
      aside={
        <Card
          title={common.timeline}
          actions={<AllLink to={paths.staffEvents({ subject: dispute.id })} label={common.allEvents} />}
        >
          <EventTimeline events={events} />
        </Card>
      }
    >
      <Card title={disputes.how}>
        <p className="max-w-2xl">{how}</p>
      </Card>
      <Card title={common.facts}>
        <FactList
          facts={[
            {
              label: common.customer,
              value: <RowLink to={paths.staffCustomer(dispute.customerId)}>{dispute.customerName}</RowLink>,
            },
            {
              label: disputes.payment,
              value: (
                <RowLink to={paths.staffPayment(dispute.paymentId)}>
                  {words.payment(shortId(dispute.paymentId))}
                </RowLink>
              ),
            },
            { label: disputes.reason, value: disputes.reasons[dispute.reason] ?? dispute.reason },
            { label: words.amount, value: <Money minor={dispute.amountMinor} currency={dispute.currency} /> },
            ...(dispute.withdrawnMinor > 0n
              ? [
                  {
                    label: dispute.state === 'lost' ? disputes.lostMoney : disputes.withdrawn,
                    value: <Money minor={dispute.withdrawnMinor} currency={dispute.currency} />,
                  },
                ]
              : []),
            ...(undecided && dispute.evidenceDueAt
              ? [{ label: disputes.evidenceDue, value: <Time at={dispute.evidenceDueAt} format="dateTime" /> }]
              : []),
            { label: common.created, value: <Time at={dispute.createdAt} format="dateTime" /> },
            { label: words.gatewayId, value: <Code className="break-all">{dispute.gatewayDisputeId}</Code> },
          ]}
        />
      </Card>
    </ObjectPage>
  )
}
