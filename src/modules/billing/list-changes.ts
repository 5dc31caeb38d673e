import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { Change } from './change.ts'

/** How a quote stands: it can be accepted, it was, its time is over, or it was taken back after all. */
export const QUOTE_VIEWS = ['open', 'accepted', 'expired', 'withdrawn'] as const
type QuoteStanding = (typeof QUOTE_VIEWS)[number]

export type ChangeFilter = PageFilter & {
  view?: QuoteStanding | undefined
  customerId?: string | undefined
  subscriptionId?: string | undefined
  /** A part of the server's name; for staff also of the customer. */
  search?: string | undefined
}

export type ListedChange = Pick<
  Change,
  | 'id'
  | 'customerId'
  | 'subscriptionId'
  | 'state'
  | 'description'
  | 'currency'
  | 'dueMinor'
  | 'creditMinor'
  | 'nextMinor'
> &
  Pick<Change, 'intervalUnit' | 'intervalCount' | 'startsOn' | 'invoiceId' | 'expiresAt' | 'createdAt'> & {
    customerName: string
    hostname: string | null
    standing: QuoteStanding
  }

/** How a quote stands at this moment. */
function standingOf({ state, expiresAt }: Pick<Change, 'state' | 'expiresAt'>, now: Temporal.Instant): QuoteStanding {
  if (state === 'withdrawn') return 'withdrawn'
  if (state !== 'quoted') return 'accepted'
  return Temporal.Instant.compare(expiresAt, now) > 0 ? 'open' : 'expired'
}

/** Quotes of changes, newest first: a customer's own, or anybody's for staff. Those nobody accepted are kept for a day. */
export async function listChanges(app: App, actor: Actor, filter: ChangeFilter): Promise<Page<ListedChange>> {
  const owner = visibleWith(actor, 'invoice.read')
  const customerId = owner ?? filter.customerId
  const now = app.clock.now()
  const { view } = filter
  const search = filter.search?.trim().toLowerCase()
  const rows = await app.db
    .selectFrom('changeQuotes as q')
    .innerJoin('customers', 'customers.id', 'q.customerId')
    .leftJoin('services', 'services.subscriptionId', 'q.subscriptionId')
    .select([
      'q.id',
      'q.customerId',
      'q.subscriptionId',
      'q.state',
      'q.description',
      'q.currency',
      'q.dueMinor',
      'q.creditMinor',
    ])
    .select([
      'q.nextMinor',
      'q.intervalUnit',
      'q.intervalCount',
      'q.startsOn',
      'q.invoiceId',
      'q.expiresAt',
      'q.createdAt',
    ])
    .select(['customers.name as customerName', 'services.hostname'])
    .$if(customerId !== undefined, (query) => query.where('q.customerId', '=', customerId!))
    .$if(filter.subscriptionId !== undefined, (query) => query.where('q.subscriptionId', '=', filter.subscriptionId!))
    .$if(view === 'open', (query) => query.where('q.state', '=', 'quoted').where('q.expiresAt', '>', now))
    .$if(view === 'expired', (query) => query.where('q.state', '=', 'quoted').where('q.expiresAt', '<=', now))
    .$if(view === 'accepted', (query) => query.where('q.state', 'in', ['awaiting_payment', 'scheduled', 'applied']))
    .$if(view === 'withdrawn', (query) => query.where('q.state', '=', 'withdrawn'))
    .$if(Boolean(search), (query) => {
      const literal = search!.replaceAll(/[\\%_]/g, String.raw`\$&`)
      return query.where((where) => {
        const byHost = where('services.hostname', 'like', `%${literal}%`)
        return owner === undefined ? where.or([byHost, matchCustomer(search!)]) : byHost
      })
    })
    .$if(filter.after !== undefined, (query) => query.where('q.id', '<', filter.after!))
    .orderBy('q.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(
    rows.map((row) => ({ ...row, standing: standingOf(row, now) })),
    filter.limit,
  )
}
