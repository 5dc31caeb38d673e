import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { charges } from './stripe-charges.ts'
import { checkouts } from './stripe-checkouts.ts'
import { checkConfig, clientOf, type StripeConfig } from './stripe-client.ts'
import { disputes } from './stripe-disputes.ts'
import { ask, statusOf } from './stripe-errors.ts'
import { eventsSince } from './stripe-event-list.ts'
import { readEvent } from './stripe-event.ts'
import { writeMetadata } from './stripe-metadata.ts'
import { mirror } from './stripe-mirror.ts'
import { leastStripeMinor } from './stripe-money.ts'
import { methods } from './stripe-methods.ts'
import { refunds } from './stripe-refunds.ts'
import { subscriptions } from './stripe-subscriptions.ts'

const Customer = z.object({ id: z.string().startsWith('cus_') })

function customers(stripe: Stripe): Pick<PaymentGateway, 'createCustomer' | 'forgetCustomer'> {
  return {
    async createCustomer({ key, customerId, email, name }) {
      const params = { email, name, metadata: writeMetadata({ customerId }) }
      const customer = await ask(Customer, () => stripe.customers.create(params, { idempotencyKey: key }))
      return { gatewayCustomerId: customer.id }
    },

    async forgetCustomer({ gatewayCustomerId }) {
      await ask(z.unknown(), () =>
        stripe.customers.del(gatewayCustomerId).catch((error: unknown) => {
          if (statusOf(error) === 404) return null
          throw error
        }),
      )
    },
  }
}

/**
 * Stripe through its official SDK, API 2026-10-28.endive. Throws at once when a webhook secret is missing or empty, or
 * when the key is of another mode.
 */
export function stripeGateway(config: StripeConfig): PaymentGateway {
  checkConfig(config)
  const stripe = clientOf(config)
  return {
    ...customers(stripe),
    ...checkouts(stripe),
    ...charges(stripe),
    ...refunds(stripe, config.mode === 'live'),
    ...disputes(stripe),
    ...mirror(stripe),
    ...methods(stripe, config.portalConfiguration),
    ...subscriptions(stripe),
    leastMinor: leastStripeMinor,
    listEvents: ({ since }) => eventsSince(stripe, since),
    verifyEvent: (rawBody, signature) =>
      readEvent(stripe.webhooks, { rawBody, signature, secrets: config.webhookSecrets, nowMs: config.wallClockMs() }),
  }
}
