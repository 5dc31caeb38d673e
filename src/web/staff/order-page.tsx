import { data } from 'react-router'
import { z } from 'zod'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { listEvents } from '#modules/accounts/list-events.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { orderMachine } from '#modules/orders/order.ts'
import { getOrderDetail } from '#modules/orders/orders-queries.ts'
import { createVps } from '#modules/provisioning/create-vps.ts'
import { findCurrentProcedure } from '#modules/provisioning/procedure-queries.ts'
import { getService } from '#modules/provisioning/provisioning-queries.ts'
import { serviceMachine } from '#modules/provisioning/service.ts'
import { can } from '#platform/state-machine.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { ConfirmButton } from '../ui/confirm.tsx'
import { parseForm, tryForm } from '../ui/form-state.ts'
import { BUSY_MS, useAnswer, useLive } from '../ui/live.ts'
import { ObjectPage } from '../ui/page.tsx'
import { usePeriodWords } from '../ui/period.ts'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money, Time } from '../ui/values.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { FactList } from './fact-list.tsx'
import { AllLink, EventTimeline, Refusal } from './parts.tsx'
import { paymentRow } from './payment-row.tsx'
import { progressView, SetupProgress } from './progress.tsx'
import { retry } from './retry.ts'
import { eventView, iso, isoOrNull, shortId } from './view.ts'
import type { Route } from './+types/order-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor, may } = scope
  const { order, items } = await getOrderDetail(app, actor, params.orderId)
  const [customer, { invoice, payments }, setups] = await Promise.all([
    getCustomer(app, actor, order.customerId),
    getInvoiceDetail(app, actor, order.invoiceId),
    Promise.all(items.map((item) => readSetup(scope, item.serviceId))),
  ])
  const subjects = [
    order.id,
    invoice.id,
    ...payments.map(({ id }) => id),
    ...items.flatMap(({ serviceId }) => serviceId ?? []),
  ]
  const events = await listEvents(app, actor, { limit: 20, subjectId: subjects })
  const { id, state, currency, totalMinor, cancelReason } = order
  return {
    order: {
      id,
      state,
      currency,
      totalMinor,
      cancelReason,
      expiresAt: iso(order.expiresAt),
      createdAt: iso(order.createdAt),
    },
    mayCancel: may('order.cancel') && can(orderMachine, order, 'cancel'),
    customer: { id: customer.id, name: customer.name },
    invoice: {
      id: invoice.id,
      number: invoice.number,
      state: invoice.state,
      totalMinor: invoice.totalMinor,
      paidAt: isoOrNull(invoice.paidAt),
    },
    payments: payments.map(
      ({
        id: paymentId,
        state: paymentState,
        amountMinor,
        currency: its,
        failureCode,
        gatewayPaymentId,
        createdAt,
      }) => ({
        id: paymentId,
        state: paymentState,
        amountMinor,
        currency: its,
        failureCode,
        gatewayPaymentId,
        createdAt: iso(createdAt),
      }),
    ),
    items: items.map(({ id: itemId, description, amountMinor, configuration }, index) => ({
      id: itemId,
      description,
      amountMinor,
      hostname: configuration.hostname,
      period: configuration.period,
      region: configuration.region,
      image: configuration.image,
      setup: setups[index],
    })),
    events: events.rows.map(eventView),
  }
}

async function readSetup({ app, actor, may }: StaffScope, serviceId: string | null) {
  if (serviceId === null) return undefined
  const [service, procedure] = await Promise.all([
    getService(app, actor, serviceId),
    findCurrentProcedure(app, serviceId, createVps.name),
  ])
  return {
    serviceId,
    state: service.state,
    mayRetry: may('procedure.retry') && can(serviceMachine, service, 'retry'),
    mayRetryProcedure: may('procedure.retry'),
    mayOpen: may('procedure.read'),
    procedure: procedure && progressView(procedure),
  }
}

const CancelInput = z.object({ do: z.literal('cancel') })

export async function action({ request, params, context }: Route.ActionArgs) {
  const scope = staffScope(context)
  const form = await request.formData()
  const locale = context.get(localeContext)
  const here = paths.staffOrder(params.orderId)
  if (form.get('do') === 'retry') return retry(scope, form, locale, here)
  const parsed = parseForm(CancelInput, form, locale)
  if (!parsed.ok) return data(parsed, 422)
  const done = await tryForm(form, locale, () =>
    cancelOrder(scope.app, scope.actor, { orderId: params.orderId, reason: 'by_staff' }),
  )
  if (!done.ok) return data(done, 409)
  return redirectWithFlash(here, done.value.state === 'cancelled' ? 'orderCancelled' : 'orderPaidMeanwhile')
}

export default function OrderPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const { order, customer, invoice, items, payments, events } = loaderData
  const words = useMessages(staffObjectsMessages)
  const common = useMessages(staffMessages)
  const periodWords = usePeriodWords()
  const short = shortId(order.id)
  useLive(true, BUSY_MS)
  return (
    <ObjectPage
      title={words.orders.name(short)}
      id={order.id}
      state={<StateBadge state={order.state} />}
      back={{ to: paths.staffOrders(), label: words.orders.title }}
      notice={answer && <Refusal state={answer} />}
      actions={
        loaderData.mayCancel && (
          <ConfirmButton
            label={words.orders.cancel}
            title={words.orders.cancelTitle(short)}
            confirm={words.orders.cancel}
            fields={{ do: 'cancel' }}
          >
            <p>{words.orders.cancelText}</p>
          </ConfirmButton>
        )
      }
      aside={
        <>
          <Card title={common.facts}>
            <FactList facts={orderFacts(loaderData, words, common)} />
          </Card>
          <Card
            title={common.timeline}
            actions={<AllLink to={paths.staffEvents({ subject: order.id })} label={common.allEvents} />}
          >
            <EventTimeline events={events} />
          </Card>
        </>
      }
    >
      <Card title={words.orders.items} flush>
        <CardRows
          label={words.orders.items}
          empty={common.none}
          rows={items.map((item) => ({
            key: item.id,
            title: item.hostname,
            to: item.setup && paths.staffService(item.setup.serviceId),
            state: item.setup && <StateBadge state={item.setup.state} />,
            text: `${item.description} · ${item.region} · ${item.image}`,
            amount: <Money minor={item.amountMinor} currency={order.currency} />,
            aside: periodWords(item.period).adverb,
          }))}
        />
      </Card>
      {items.map((item) => (
        <SetupProgress key={item.id} hostname={item.hostname} setup={item.setup} />
      ))}
      <Card title={words.orders.payments} flush>
        <CardRows
          label={words.orders.payments}
          empty={words.invoices.noPayments}
          rows={payments.map((each) => paymentRow(each))}
        />
      </Card>
      <Card title={common.invoice} flush>
        <CardRows
          label={common.invoice}
          empty={common.none}
          rows={[
            {
              key: invoice.id,
              to: paths.staffInvoice(invoice.id),
              title: invoice.number ?? words.invoices.proFormaOf(shortId(invoice.id)),
              state: <StateBadge state={invoice.state} />,
              text: customer.name,
              amount: <Money minor={invoice.totalMinor} currency={order.currency} />,
              aside: invoice.paidAt && <Time at={invoice.paidAt} />,
            },
          ]}
        />
      </Card>
    </ObjectPage>
  )
}

type Words = (typeof staffObjectsMessages)['en']

function orderFacts(
  { order, customer }: Route.ComponentProps['loaderData'],
  words: Words,
  common: (typeof staffMessages)['en'],
) {
  return [
    {
      label: common.customer,
      value: (
        <a href={paths.staffCustomer(customer.id)} className="link">
          {customer.name}
        </a>
      ),
    },
    { label: common.total, value: <Money minor={order.totalMinor} currency={order.currency} /> },
    { label: words.orders.placed, value: <Time at={order.createdAt} format="dateTime" /> },
    ...(order.state === 'pending'
      ? [{ label: words.orders.expires, value: <Time at={order.expiresAt} format="dateTime" /> }]
      : []),
    ...(order.cancelReason
      ? [
          {
            label: words.orders.cancelled,
            value: words.orders.reasons[order.cancelReason] ?? <Code>{order.cancelReason}</Code>,
          },
        ]
      : []),
  ]
}
