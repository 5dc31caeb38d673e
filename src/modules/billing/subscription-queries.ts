import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { Schema } from '#platform/schema.ts'
import { type AdoptionDetail, findAdoption } from './adoption/adoption-queries.ts'
import { getSubscription } from './billing-queries.ts'
import type { Change } from './change.ts'
import type { Invoice } from './invoice.ts'
import { type ComingPrice, findComingPrice } from './repricings-queries.ts'
import type { Subscription } from './subscription.ts'
import { nextRenewals } from './next-renewals.ts'
import { findChange, findLiveChange } from './withdraw-change.ts'

/** How agreements stand, as lists are narrowed by: `ending` goes on until its last day. */
export const SUBSCRIPTION_VIEWS = ['active', 'past_due', 'ending', 'cancelled'] as const
export type SubscriptionView = (typeof SUBSCRIPTION_VIEWS)[number]

export const viewOf = ({ state, cancelOn }: Pick<Subscription, 'state' | 'cancelOn'>): SubscriptionView =>
  cancelOn && state !== 'cancelled' ? 'ending' : state

export type SubscriptionFilter = PageFilter & {
  oldestFirst?: boolean | undefined
  view?: SubscriptionView | undefined
  customerId?: string | undefined
  /** An id, the beginning of a host name, or a part of a customer's name or email. */
  search?: string | undefined
}

export type SubscriptionSummary = Subscription & {
  customerName: string
  hostname: string | null
  serviceId: string | null
  /** What the next renewal will charge, with tax, in minor units; nothing for one that ends. */
  nextMinor: bigint
}

/** Newest first unless told; users see their own customer's alone. */
export async function listSubscriptions(
  app: App,
  actor: Actor,
  filter: SubscriptionFilter,
): Promise<Page<SubscriptionSummary>> {
  const owner = visibleWith(actor, 'invoice.read') ?? filter.customerId
  const search = filter.search?.trim().toLowerCase()
  const { view } = filter
  const rows = await app.db
    .selectFrom('subscriptions')
    .innerJoin('customers', 'customers.id', 'subscriptions.customerId')
    .leftJoin('services', 'services.subscriptionId', 'subscriptions.id')
    .selectAll('subscriptions')
    .select(['customers.name as customerName', 'services.hostname', 'services.id as serviceId'])
    .$if(owner !== undefined, (query) => query.where('subscriptions.customerId', '=', owner!))
    .$if(view === 'ending', (query) =>
      query.where('subscriptions.cancelOn', 'is not', null).where('subscriptions.state', '<>', 'cancelled'),
    )
    .$if(view !== undefined && view !== 'ending', (query) =>
      query.where('subscriptions.state', '=', view as Subscription['state']),
    )
    .$if(view === 'active', (query) => query.where('subscriptions.cancelOn', 'is', null))
    .$if(Boolean(search), (query) => {
      if (/^sub_[0-9a-z]{26}$/.test(search!)) return query.where('subscriptions.id', '=', search!)
      const literal = search!.replaceAll(/[\\%_]/g, String.raw`\$&`)
      return query.where((where) => {
        const byHost = where('services.hostname', 'like', `%${literal}%`)
        return owner === undefined ? where.or([byHost, matchCustomer(search!)]) : byHost
      })
    })
    .$if(filter.after !== undefined, (query) =>
      query.where('subscriptions.id', filter.oldestFirst ? '>' : '<', filter.after!),
    )
    .orderBy('subscriptions.id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  const next = await nextRenewals(
    app,
    rows.map(({ id }) => id),
  )
  return pageOf(
    rows.map((row) => ({ ...row, nextMinor: next.get(row.id)?.totalMinor ?? 0n })),
    filter.limit,
  )
}

export type SubscriptionDetail = {
  subscription: Subscription
  items: Schema['subscriptionItems'][]
  /** A change that was accepted and does not hold yet. */
  change: Change | undefined
  /** A new price that was announced and does not hold yet. */
  coming: ComingPrice | undefined
  /** What billed it, newest first. */
  documents: Invoice[]
  customer: { id: string; name: string; email: string }
  service: { id: string; hostname: string; state: Schema['services']['state'] } | undefined
  nextMinor: bigint
  pricesIncludeTax: boolean
  /** How it stands at the gateway, where it was adopted from there. */
  adoption: AdoptionDetail | undefined
}

const DOCUMENTS = 50

/** An agreement with all that is agreed, and what billed it. Throws `subscription_not_found`, also for somebody else's. */
export async function getSubscriptionDetail(
  app: App,
  actor: Actor,
  subscriptionId: string,
): Promise<SubscriptionDetail> {
  const subscription = await getSubscription(app, actor, subscriptionId)
  const { id } = subscription
  const [items, change, documents, customer, service, coming, next, { pricesIncludeTax }, adoption] = await Promise.all(
    [
      app.db.selectFrom('subscriptionItems').selectAll().where('subscriptionId', '=', id).orderBy('position').execute(),
      findLiveChange(app.db, id),
      listDocuments(app, id),
      app.db
        .selectFrom('customers')
        .select(['id', 'name', 'email'])
        .where('id', '=', subscription.customerId)
        .executeTakeFirstOrThrow(),
      app.db
        .selectFrom('services')
        .select(['id', 'hostname', 'state'])
        .where('subscriptionId', '=', id)
        .executeTakeFirst(),
      findComingPrice(app.db, subscription),
      nextRenewals(app, [id]),
      app.db
        .selectFrom('legalEntities')
        .select('pricesIncludeTax')
        .where('id', '=', subscription.legalEntityId)
        .executeTakeFirstOrThrow(),
      findAdoption(app, actor, subscription),
    ],
  )
  return {
    subscription,
    items,
    change,
    coming,
    documents,
    customer,
    service,
    nextMinor: next.get(id)?.totalMinor ?? 0n,
    pricesIncludeTax,
    adoption,
  }
}

const listDocuments = (app: App, subscriptionId: string): Promise<Invoice[]> =>
  app.db
    .selectFrom('invoices')
    .selectAll()
    .where('id', 'in', (query) =>
      query.selectFrom('invoiceLines').select('invoiceId').where('subscriptionId', '=', subscriptionId),
    )
    .orderBy('id', 'desc')
    .limit(DOCUMENTS)
    .execute()

/** A change of one's own agreement, or of anybody's for staff. Throws `change_not_found`. */
export async function getChange(app: App, actor: Actor, input: { changeId: string }): Promise<Change> {
  return findChange(app.db, input.changeId, visibleWith(actor, 'invoice.read'))
}
