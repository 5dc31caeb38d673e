import type { InvoiceDetail } from '#modules/billing/billing-queries.ts'
import { invoiceMachine } from '#modules/billing/invoice.ts'
import type { OrderItemDetail } from '#modules/orders/orders-queries.ts'
import type { Order } from '#modules/orders/order.ts'
import type { ServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import { can } from '#platform/state-machine.ts'

/** How the payment stands: `confirming` after coming back from the gateway, until its message has arrived. */
export type PaymentView = 'unpaid' | 'confirming' | 'declined' | 'failed' | 'done' | 'cancelled'

export type ServerView = {
  itemId: string
  serviceId: string | undefined
  hostname: string
  description: string
  state: 'planned' | 'building' | 'undoing' | 'stuck' | 'ready' | 'failed'
  failure: string | undefined
  addresses: string[]
  loginUser: string | undefined
  steps: { name: string; state: 'done' | 'running' | 'waiting' | 'failed' | 'undone' }[]
}

/** An order as its page tells of it. Amounts in minor units of `currency`; dates ISO text. */
export type OrderView = {
  id: string
  headline: 'pending' | 'active' | 'ready' | 'cancelled'
  lead: 'unpaid' | 'confirming' | 'building' | 'ready' | 'failed' | 'cancelled' | 'expired' | 'late'
  payment: PaymentView
  /** The gateway's word for why a card was declined. */
  declineCode: string | undefined
  canPay: boolean
  invoice: { id: string; number: string | null }
  servers: ServerView[]
  currency: string
  totalMinor: bigint
  createdAt: string
  expiresAt: string
  /** Nothing more will happen by itself. */
  settled: boolean
}

/** Tells truthfully how an order stands; `returned` says that the visitor comes from the payment page, having paid there. */
export function orderView(facts: {
  order: Order
  items: OrderItemDetail[]
  invoice: InvoiceDetail
  services: ReadonlyMap<string, ServiceDetail>
  returned: boolean
}): OrderView {
  const { order, items, services } = facts
  const { invoice } = facts.invoice
  const payment = paymentView(order, facts.invoice, facts.returned)
  const servers = items.map((item) =>
    serverView(item, item.serviceId === null ? undefined : services.get(item.serviceId)),
  )
  const ready = servers.length > 0 && servers.every((server) => server.state === 'ready')
  const cancelled = order.state === 'cancelled'
  return {
    id: order.id,
    headline: cancelled ? 'cancelled' : ready ? 'ready' : payment === 'done' ? 'active' : 'pending',
    lead: leadOf(order, payment, servers, ready),
    payment,
    declineCode: facts.invoice.payments[0]?.failureCode ?? undefined,
    canPay: order.state === 'pending' && order.totalMinor > 0n && can(invoiceMachine, invoice, 'pay'),
    invoice: { id: invoice.id, number: invoice.number },
    servers,
    currency: order.currency,
    totalMinor: order.totalMinor,
    createdAt: order.createdAt.toString(),
    expiresAt: order.expiresAt.toString(),
    settled: cancelled || (ready && invoice.number !== null),
  }
}

function paymentView(order: Order, { invoice, payments }: InvoiceDetail, returned: boolean): PaymentView {
  if (invoice.paidAt !== null || payments.some((each) => each.state === 'succeeded')) return 'done'
  if (order.state === 'cancelled') return 'cancelled'
  // Nothing is asked for.
  if (order.totalMinor === 0n) return 'done'
  const [latest] = payments
  if (!latest) return 'unpaid'
  if (latest.state === 'failed') return 'failed'
  if (returned) return 'confirming'
  return latest.failureCode === null ? 'unpaid' : 'declined'
}

function leadOf(order: Order, payment: PaymentView, servers: ServerView[], ready: boolean): OrderView['lead'] {
  // Money that came after the order was closed is the customer's; staff see it and decide with them.
  if (order.state === 'cancelled' && payment === 'done') return 'late'
  if (order.state === 'cancelled') return order.cancelReason === 'expired' ? 'expired' : 'cancelled'
  if (ready) return 'ready'
  if (servers.some((server) => server.state === 'failed')) return 'failed'
  if (payment === 'done') return 'building'
  return payment === 'confirming' ? 'confirming' : 'unpaid'
}

const CREATE = 'provisioning.create-vps'
const BUILDING = new Set<ServerView['state']>(['building', 'undoing', 'stuck'])

function serverView(item: OrderItemDetail, detail: ServiceDetail | undefined): ServerView {
  const run = detail?.procedure?.name === CREATE ? detail.procedure : undefined
  const state = serverState(detail, run)
  return {
    itemId: item.id,
    serviceId: detail?.service.id,
    hostname: item.configuration.hostname,
    description: item.description,
    state,
    failure: detail?.service.failure ?? undefined,
    addresses: state === 'ready' ? (detail?.addresses ?? []).map((each) => each.address) : [],
    loginUser: detail?.image.loginUser,
    steps: run && BUILDING.has(state) ? run.steps.map(({ name, state: step }) => ({ name, state: STEPS[step] })) : [],
  }
}

function serverState(detail: ServiceDetail | undefined, run: ServiceDetail['procedure']): ServerView['state'] {
  if (!detail) return 'planned'
  const { state } = detail.service
  if (state === 'failed') return 'failed'
  if (state === 'pending' || state === 'provisioning')
    return run?.state === 'compensating' ? 'undoing' : run?.state === 'stuck' ? 'stuck' : 'building'
  return 'ready'
}

type RunStep = NonNullable<ServiceDetail['procedure']>['steps'][number]['state']

const STEPS: Record<RunStep, ServerView['steps'][number]['state']> = {
  planned: 'waiting',
  running: 'running',
  waiting: 'running',
  done: 'done',
  failed: 'failed',
  undoing: 'running',
  undone: 'undone',
}
