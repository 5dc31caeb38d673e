import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, system } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import type { AdoptionWish } from '#platform/schema.ts'
import { gatewayKey } from '../ensure-gateway-customer.ts'
import type { GatewaySubscription } from '../gateway-subscriptions.ts'
import type { SavedMethod } from '../payment-gateway.ts'
import { agreePrice } from './agree-price.ts'
import type { Adoption } from './adoption.ts'
import { recordStanding } from './record-standing.ts'

const itself = system('stripe')
const SWEEP = 200

/** What the gateway is told for each thing it is asked to do. */
const ENDS: Record<AdoptionWish, 'period_end' | 'now' | 'never'> = {
  move: 'period_end',
  end: 'period_end',
  end_now: 'now',
  renew: 'never',
}

/** Looks at an adopted subscription: asks the gateway how it stands and takes that over. Twice it has one effect. */
export const followSubscription = job({
  name: 'billing.follow-subscription',
  queue: 'gateway',
  payload: z.object({ subscriptionId: z.string() }),
  async run(app, { subscriptionId }) {
    await follow(app, subscriptionId)
  },
})

/** When the gateway is to do something with an adopted subscription: asks for it, and records what it says. */
export const carryOutWish = job({
  name: 'billing.carry-out-wish',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId }) {
    await follow(app, subjectId)
  },
})

/** Finds the adopted subscriptions that were not looked at for a day, or that were asked for something ten minutes ago. */
export const followSubscriptions = job({
  name: 'billing.follow-subscriptions',
  queue: 'gateway',
  payload: z.object({}),
  async run(app) {
    await app.transaction(itself, async (tx) => {
      const rows = await tx.db
        .selectFrom('adoptions')
        .select('subscriptionId')
        .where('lookAt', '<=', app.clock.wallClock())
        .orderBy('lookAt')
        .orderBy('subscriptionId')
        .limit(SWEEP)
        .execute()
      for (const { subscriptionId } of rows) await tx.enqueue(followSubscription, { subscriptionId })
    })
  },
})

/** Staff: looks now. Throws as `PaymentGateway` does. */
export async function lookAtGateway(app: App, actor: Actor, input: { subscriptionId: string }): Promise<void> {
  requirePermission(actor, 'payment.read')
  await follow(app, input.subscriptionId)
}

/** Asks for what is wished, if anything is, and takes over how it stands. Throws as `PaymentGateway` does. */
export async function follow(app: App, subscriptionId: string): Promise<void> {
  const adoption = await app.db
    .selectFrom('adoptions')
    .innerJoin('subscriptions', 'subscriptions.id', 'adoptions.subscriptionId')
    .selectAll('adoptions')
    .select('subscriptions.gatewaySubscriptionId')
    .where('adoptions.subscriptionId', '=', subscriptionId)
    .executeTakeFirst()
  if (!adoption?.gatewaySubscriptionId) return
  const asOf = app.clock.wallClock()
  const theirs = await askFor(app, adoption, adoption.gatewaySubscriptionId)
  const [invoices, method, { seller, unitMinor }] = await Promise.all([
    app.paymentGateway.listSubscriptionInvoices(adoption.gatewaySubscriptionId),
    findMethod(app, theirs),
    agreePrice(app, adoption.customerId, theirs.items[0]!),
  ])
  await app.transaction(itself, (tx) =>
    recordStanding(tx, {
      subscriptionId,
      seller,
      standing: { theirs, invoices, method, asOf, unitMinor },
      askedVersion: adoption.wish === null ? undefined : adoption.wishVersion,
    }),
  )
}

async function askFor(app: App, adoption: Adoption, gatewaySubscriptionId: string): Promise<GatewaySubscription> {
  const { subscriptionId, wish, wishVersion } = adoption
  if (wish !== null)
    return app.paymentGateway.endSubscription({
      key: gatewayKey(subscriptionId, wish, String(wishVersion)),
      gatewaySubscriptionId,
      when: ENDS[wish],
    })
  const theirs = await app.paymentGateway.getSubscription(gatewaySubscriptionId)
  if (!theirs)
    throw new Problem('not_found', 'gateway_subscription_not_found', 'Stripe does not know this subscription any more.')
  return theirs
}

/** The way to pay that it charges by itself. */
export async function findMethod(
  app: App,
  { gatewayCustomerId, gatewayMethodId }: GatewaySubscription,
): Promise<SavedMethod | undefined> {
  if (gatewayMethodId === undefined) return undefined
  const methods = await app.paymentGateway.listMethods(gatewayCustomerId)
  return methods.find((method) => method.gatewayMethodId === gatewayMethodId)
}
