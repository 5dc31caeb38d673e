import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import { planName } from '#modules/catalog/plan.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { GatewaySubscription } from '../gateway-subscriptions.ts'
import type { SavedMethod } from '../payment-gateway.ts'
import { taxDocument } from '../tax.ts'
import { adoptObstacle, chargedMinor, moveObstacle } from './adoption.ts'
import { agreePrice } from './agree-price.ts'
import { findMethod } from './follow-subscription.ts'

type Person = { id: string; name: string; email: string }

/** A subscription of the gateway as it stands now, and what adopting it for a customer would make of it. */
export type Adoptable = {
  theirs: GatewaySubscription
  /** What the gateway charges for a period, in minor units. */
  chargedMinor: bigint
  method: SavedMethod | undefined
  /** Whom the gateway knows it by, from our copy. */
  contact: { name: string | null; email: string | null }
  /** Why it cannot be adopted; undefined when it can. */
  obstacle: Problem | undefined
  /** What will stand against moving it over, should it be adopted as it is. */
  later: ReturnType<typeof moveObstacle>
  /** The agreement it is already. */
  subscriptionId: string | undefined
  /** Customers it may be adopted for: the one it is linked to, the one that was asked for, or those with its email. */
  people: Person[]
  chosen: Person | undefined
  /** Servers of the chosen customer that were never billed here. */
  services: { id: string; hostname: string }[]
  /** What a period would cost from us, with the tax of today, for the chosen customer. */
  oursMinor: bigint | undefined
  plans: { id: string; name: LocalizedText }[]
}

const PEOPLE = 10

/**
 * Staff: asks the gateway how a subscription stands, and shows what would become of it. `customerId` chooses whom it is adopted for,
 * `search` looks for somebody else. Throws `gateway_subscription_not_found`, `payment_gateway_unavailable`.
 */
export async function getAdoptable(
  app: App,
  actor: Actor,
  input: { gatewaySubscriptionId: string; customerId?: string | undefined; search?: string | undefined },
): Promise<Adoptable> {
  requirePermission(actor, 'payment.read')
  const theirs = await app.paymentGateway.getSubscription(input.gatewaySubscriptionId)
  if (!theirs)
    throw new Problem('not_found', 'gateway_subscription_not_found', 'Stripe does not know this subscription.')
  const [catalog, contact, method, adopted] = await Promise.all([
    getCatalog(app),
    readContact(app, theirs),
    findMethod(app, theirs),
    app.db
      .selectFrom('subscriptions')
      .select('id')
      .where('gatewaySubscriptionId', '=', theirs.gatewaySubscriptionId)
      .executeTakeFirst(),
  ])
  const people = await findPeople(app, theirs, { ...input, email: contact.email })
  const chosen = input.search === undefined && people.length === 1 ? people[0] : undefined
  const obstacle = adoptObstacle(theirs, new Set(catalog.currencies))
  const item = theirs.items[0]
  const price = chosen && item && !obstacle ? await agreePrice(app, chosen.id, item) : undefined
  return {
    theirs,
    chargedMinor: chargedMinor(theirs),
    method,
    contact,
    obstacle,
    later: moveObstacle(theirs),
    subscriptionId: adopted?.id,
    people,
    chosen,
    services: chosen ? await listUnbilled(app, chosen.id) : [],
    oursMinor:
      price &&
      taxDocument([price.unitMinor * BigInt(item!.quantity)], price.treatment, price.seller.pricesIncludeTax)
        .totalMinor,
    plans: catalog.products.flatMap((product) =>
      product.plans.map((plan) => ({ id: plan.id, name: planName(product, plan) })),
    ),
  }
}

async function readContact(app: App, { gatewayCustomerId }: GatewaySubscription): Promise<Adoptable['contact']> {
  const { rows } = await sql<Adoptable['contact']>`
    select data->>'name' as name, data->>'email' as email from stripe.customers where id = ${gatewayCustomerId}`.execute(
    app.db,
  )
  return rows[0] ?? { name: null, email: null }
}

/** Who is linked comes before everybody else. */
async function findPeople(
  app: App,
  { gatewayCustomerId }: GatewaySubscription,
  by: { customerId?: string | undefined; search?: string | undefined; email: string | null },
): Promise<Person[]> {
  const people = app.db
    .selectFrom('customers')
    .select(['customers.id', 'customers.name', 'customers.email'])
    .where('customers.closedAt', 'is', null)
    .orderBy('customers.id')
    .limit(PEOPLE)
  const linked = await people
    .innerJoin('gatewayCustomers', 'gatewayCustomers.customerId', 'customers.id')
    .where('gatewayCustomers.gateway', '=', 'stripe')
    .where('gatewayCustomers.gatewayCustomerId', '=', gatewayCustomerId)
    .execute()
  if (linked.length > 0) return linked
  if (by.search !== undefined) return people.where(matchCustomer(by.search)).execute()
  if (by.customerId !== undefined) return people.where('customers.id', '=', by.customerId).execute()
  if (!by.email) return []
  return people.where(sql<boolean>`lower(customers.email) = lower(${by.email})`).execute()
}

const listUnbilled = (app: App, customerId: string): Promise<{ id: string; hostname: string }[]> =>
  app.db
    .selectFrom('services')
    .innerJoin('subscriptions', 'subscriptions.id', 'services.subscriptionId')
    .select(['services.id', 'services.hostname'])
    .where('services.customerId', '=', customerId)
    .where('services.state', '<>', 'terminated')
    .where('subscriptions.state', '<>', 'cancelled')
    .where('subscriptions.gatewaySubscriptionId', 'is', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('invoiceLines')
            .select('invoiceLines.id')
            .whereRef('invoiceLines.subscriptionId', '=', 'subscriptions.id')
            .where('invoiceLines.released', '=', false),
        ),
      ),
    )
    .orderBy('services.hostname')
    .limit(50)
    .execute()
