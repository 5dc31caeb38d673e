import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import type { StripeConfig } from './stripe-client.ts'
import { type StripeSimulator, stripeSimulator } from './stripe-simulator.ts'
import { stripeGateway } from './stripe.ts'

/** What tests of the adapter share: a simulated Stripe in process, a gateway to it, and customers with cards. */

const secretKey = 'sk_test_adapter'
const webhookSecret = 'whsec_adapter'

type TestStripe = {
  stripe: StripeSimulator
  gateway: PaymentGateway
  gatewayOf: (change?: Partial<StripeConfig>) => PaymentGateway
  /** A fresh customer at Stripe, and the same in our words. */
  newCustomer: () => Promise<{ gatewayCustomerId: string; customerId: string }>
  /** A card or account saved on a hosted page by its holder, who proves herself when asked. */
  saveMethod: (gatewayCustomerId: string, number?: string) => Promise<string>
  /** The API spoken directly, for what another application on the account, or its Dashboard, would do. */
  api: (method: 'GET' | 'POST', path: string, form?: Record<string, string>) => Promise<Record<string, unknown>>
}

export function testStripe(nowMs: () => number = Date.now): TestStripe {
  const publicUrl = 'http://stripe.localhost'
  const stripe = stripeSimulator({ secretKey, webhookSecret, publicUrl, now: nowMs })
  const gatewayOf = (change: Partial<StripeConfig> = {}): PaymentGateway =>
    stripeGateway({
      secretKey,
      mode: 'test',
      webhookSecrets: [webhookSecret],
      baseUrl: publicUrl,
      fetch: stripe.fetch,
      wallClockMs: nowMs,
      ...change,
    })
  const gateway = gatewayOf()
  let serial = 0

  return {
    stripe,
    gateway,
    gatewayOf,
    newCustomer: async () => {
      serial += 1
      const customerId = `cus_${serial}`
      const about = { key: `customer-${serial}`, customerId, email: 'ada@example.test', name: 'Ada' }
      return { customerId, ...(await gateway.createCustomer(about)) }
    },
    saveMethod: async (gatewayCustomerId, number = '4242424242424242') => {
      serial += 1
      const { sessionId } = await gateway.openMethodSetup({
        key: `setup-${serial}`,
        gatewayCustomerId,
        customerId: 'cus_any',
        currency: 'EUR',
        successUrl: 'https://shop.example.test/saved',
        cancelUrl: 'https://shop.example.test/methods',
        expiresAt: Temporal.Instant.fromEpochMilliseconds(nowMs() + 3_600_000),
        locale: 'en',
      })
      if (stripe.pay(sessionId, number).status === 'open') stripe.authenticate(sessionId, true)
      const { method } = await gateway.getMethodSetup(sessionId)
      if (!method) throw new Error(`nothing was saved on ${sessionId}`)
      return method.gatewayMethodId
    },
    api: async (method, path, form = {}) => {
      const fields = new URLSearchParams(form).toString()
      const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' }
      const asked = method === 'GET' ? `${path}?${fields}` : path
      const init = method === 'GET' ? { method, headers } : { method, headers, body: fields }
      const answer = await stripe.fetch(`${publicUrl}${asked}`, init)
      return (await answer.json()) as Record<string, unknown>
    },
  }
}
