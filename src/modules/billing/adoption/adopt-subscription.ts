import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { getCatalog } from '#modules/catalog/catalog-queries.ts'
import { planName } from '#modules/catalog/plan.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { assert, Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { savePaymentMethod } from '../save-payment-method.ts'
import type { LegalEntity } from '../seller.ts'
import type { Subscription } from '../subscription.ts'
import { adoptObstacle, calendarAt, chargedMinor, dayOf, moveObstacle, stateAt } from './adoption.ts'
import { agreePrice } from './agree-price.ts'
import { findMethod } from './follow-subscription.ts'
import { linkGatewayCustomer } from './link-customer.ts'
import { recordInvoices } from './record-invoices.ts'
import { paidPeriod, type Standing } from './record-standing.ts'

export type AdoptInput = {
  gatewaySubscriptionId: string
  customerId: string
  planId: string
  /** The server it pays for, whose own agreement was never billed; without it the agreement stands alone. */
  serviceId?: string | undefined
}

const LOOK_HOURS = 24

/**
 * Staff: takes a subscription of the gateway over into an agreement of a customer, as it stands there now. The gateway goes on billing
 * it; nothing is charged, and no document is made. Adopted again for the same customer and plan it is the same agreement. Throws
 * `gateway_subscription_not_found`, `adoption_invalid` naming the field, `subscription_adopted`,
 * `adoption_ended`, `adoption_status`, `adoption_several_items`, `adoption_price`, `adoption_currency`, `adoption_customer_taken`,
 * `adoption_customer_differs`, `adoption_service_billed`, `payment_gateway_unavailable`.
 */
export async function adoptSubscription(app: App, actor: Actor, input: AdoptInput): Promise<Subscription> {
  requirePermission(actor, 'customer.update')
  const known = await findAdopted(app.db, input)
  if (known) return known
  const standing = await readStanding(app, input)
  const description = await describePlan(app, input)
  return app.transaction(actor, async (tx) => {
    await linkGatewayCustomer(tx, {
      customerId: input.customerId,
      gatewayCustomerId: standing.theirs.gatewayCustomerId,
    })
    // Somebody else adopted it meanwhile.
    const adopted = await findAdopted(tx.db, input)
    if (adopted) return adopted
    const subscription = await saveAgreement(tx, input, { ...standing, description })
    await saveAdoption(tx, subscription, standing)
    const { seller, invoices, method, theirs } = standing
    const of = { subscriptionId: subscription.id, customerId: input.customerId, timeZone: seller.timeZone }
    await recordInvoices(tx, of, invoices)
    if (method) await savePaymentMethod(tx, input.customerId, method)
    await tx.emit('adoption.followed', subscription.id, {
      customerId: input.customerId,
      after: {
        gatewaySubscriptionId: input.gatewaySubscriptionId,
        gatewayCustomerId: theirs.gatewayCustomerId,
        status: theirs.status,
        amountMinor: subscription.amountMinor,
        currency: subscription.currency,
        periodEnd: subscription.currentPeriodEnd.toString(),
      },
    })
    return subscription
  })
}

async function findAdopted(db: App['db'], input: AdoptInput): Promise<Subscription | undefined> {
  const known = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('gatewaySubscriptionId', '=', input.gatewaySubscriptionId)
    .executeTakeFirst()
  if (known && (known.customerId !== input.customerId || known.planId !== input.planId)) throw subscriptionAdopted()
  return known
}

export const subscriptionAdopted = (): Problem =>
  new Problem('conflict', 'subscription_adopted', 'This subscription was adopted already. Open it under Subscriptions.')

const invalid = (path: string, message: string): Problem =>
  new Problem('invalid', 'adoption_invalid', message, { issues: [{ path, message }] })

type Read = Standing & { seller: LegalEntity }

/** Asks the gateway; what it says now counts, not our copy. */
async function readStanding(app: App, { gatewaySubscriptionId, customerId }: AdoptInput): Promise<Read> {
  const asOf = app.clock.wallClock()
  const theirs = await app.paymentGateway.getSubscription(gatewaySubscriptionId)
  if (!theirs)
    throw new Problem('not_found', 'gateway_subscription_not_found', 'Stripe does not know this subscription.')
  const { currencies } = await getCatalog(app)
  const obstacle = adoptObstacle(theirs, new Set(currencies))
  if (obstacle) throw obstacle
  await requireCustomer(app, customerId)
  const [invoices, method, { seller, unitMinor }] = await Promise.all([
    app.paymentGateway.listSubscriptionInvoices(gatewaySubscriptionId),
    findMethod(app, theirs),
    agreePrice(app, customerId, theirs.items[0]!),
  ])
  return { theirs, invoices, method, asOf, seller, unitMinor }
}

async function requireCustomer(app: App, customerId: string): Promise<void> {
  await app.db
    .selectFrom('customers')
    .select('id')
    .where('id', '=', customerId)
    .where('closedAt', 'is', null)
    .executeTakeFirstOrThrow(() => invalid('customerId', 'There is no such customer. Look for another one.'))
}

/** What the agreement is called, in the language of its customer. */
async function describePlan(app: App, { planId, customerId }: AdoptInput): Promise<string> {
  const [catalog, customer] = await Promise.all([
    getCatalog(app),
    app.db.selectFrom('customers').select('locale').where('id', '=', customerId).executeTakeFirst(),
  ])
  const product = catalog.products.find(({ plans }) => plans.some(({ id }) => id === planId))
  const plan = product?.plans.find(({ id }) => id === planId)
  if (!product || !plan) throw invalid('planId', 'This plan is not for sale. Choose another one.')
  return planName(product, plan)[customer?.locale ?? 'en']
}

async function saveAgreement(tx: Tx, input: AdoptInput, read: Read & { description: string }): Promise<Subscription> {
  const { theirs, seller, unitMinor, description } = read
  const [item] = theirs.items
  assert(item !== undefined, 'a subscription that can be adopted has one item')
  const { intervalUnit, intervalCount, quantity, currency } = item
  const paid = paidPeriod(read)
  const end = dayOf(paid.end, seller.timeZone)
  const { anchor, periods } = calendarAt(dayOf(theirs.anchor, seller.timeZone), end, item)
  const agreed = {
    customerId: input.customerId,
    planId: input.planId,
    description,
    currency,
    amountMinor: unitMinor * BigInt(quantity),
    intervalUnit,
    intervalCount,
    anchor,
    periods,
    periodsElsewhere: periods,
    currentPeriodStart: dayOf(paid.start, seller.timeZone),
    currentPeriodEnd: end,
    billedUntil: end,
    nextBillingOn: null,
    trialEndsOn: null,
    cancelOn: theirs.renews || !theirs.endsAt ? null : dayOf(theirs.endsAt, seller.timeZone),
    billedBy: 'gateway',
    gatewaySubscriptionId: theirs.gatewaySubscriptionId,
    updatedAt: tx.now,
  } as const
  const subscription =
    input.serviceId === undefined
      ? await tx.db
          .insertInto('subscriptions')
          .values({
            id: newId('sub'),
            state: stateAt(theirs),
            legalEntityId: seller.id,
            createdAt: tx.now,
            ...agreed,
          })
          .returningAll()
          .executeTakeFirstOrThrow()
      : await tx.db
          .updateTable('subscriptions')
          .set({ ...agreed, state: stateAt(theirs) })
          .where('id', '=', await lockOwnAgreement(tx, input.customerId, input.serviceId))
          .returningAll()
          .executeTakeFirstOrThrow()
  await tx.db.deleteFrom('subscriptionItems').where('subscriptionId', '=', subscription.id).execute()
  await tx.db
    .insertInto('subscriptionItems')
    .values({
      id: newId('sit'),
      subscriptionId: subscription.id,
      position: 0,
      kind: 'plan',
      code: null,
      choice: null,
      description,
      quantity,
      unitMinor,
      amountMinor: unitMinor * BigInt(quantity),
    })
    .execute()
  return subscription
}

/** The agreement of a server that was set up to be taken over: it goes on, and no document of ours was ever made for it. */
async function lockOwnAgreement(tx: Tx, customerId: string, serviceId: string): Promise<string> {
  const found = await tx.db
    .selectFrom('services')
    .innerJoin('subscriptions', 'subscriptions.id', 'services.subscriptionId')
    .select(['subscriptions.id', 'subscriptions.state', 'subscriptions.gatewaySubscriptionId'])
    .where('services.id', '=', serviceId)
    .where('services.customerId', '=', customerId)
    .where('services.state', '<>', 'terminated')
    .forUpdate('subscriptions')
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'service_not_found', 'This customer has no such server.'))
  const billed = await tx.db
    .selectFrom('invoiceLines')
    .select('id')
    .where('subscriptionId', '=', found.id)
    .where('released', '=', false)
    .limit(1)
    .executeTakeFirst()
  if (billed || found.state === 'cancelled' || found.gatewaySubscriptionId !== null)
    throw new Problem(
      'conflict',
      'adoption_service_billed',
      'The subscription of this server was billed here or adopted already. Adopt without a server, or end one of the two first.',
    )
  return found.id
}

async function saveAdoption(tx: Tx, { id, customerId }: Subscription, { theirs, asOf }: Standing): Promise<void> {
  await tx.db
    .insertInto('adoptions')
    .values({
      subscriptionId: id,
      customerId,
      gateway: 'stripe',
      gatewayCustomerId: theirs.gatewayCustomerId,
      status: theirs.status,
      renews: theirs.renews,
      periodEnd: theirs.periodEnd,
      amountMinor: chargedMinor(theirs),
      gatewayMethodId: theirs.gatewayMethodId ?? null,
      cannotMove: moveObstacle(theirs),
      wishVersion: 0,
      lookedAt: asOf,
      lookAt: asOf.add({ hours: LOOK_HOURS }),
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .execute()
}
