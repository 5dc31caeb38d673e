import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { GatewayMirror, MirroredType } from '#modules/billing/gateway-mirror.ts'
import { ask, statusOf } from './stripe-errors.ts'
import { Page, PAGE_SIZE } from './stripe-pages.ts'

const Raw = z.looseObject({ id: z.string().min(1), object: z.string() })

const pathOf = (type: MirroredType): string => `/v1/${type.replace('checkout_', 'checkout/')}`

/** See `GatewayMirror`. Asked without the SDK's types, which would turn decimals into objects of its own. */
export function mirror(stripe: Stripe): GatewayMirror {
  return {
    async listObjects(type, after, of) {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) })
      if (after !== undefined) query.set('starting_after', after)
      // Without this, those that ended are left out.
      if (type === 'subscriptions') query.set('status', 'all')
      const path = of === undefined ? pathOf(type) : `/v1/customers/${encodeURIComponent(of)}/${type}`
      const page = await ask(Page(Raw), () => stripe.rawRequest('GET', `${path}?${query.toString()}`))
      return { objects: page.data, hasMore: page.has_more && page.data.length > 0 }
    },

    getObject: async (type, id) =>
      (await ask(Raw.nullable(), () =>
        stripe.rawRequest('GET', `${pathOf(type)}/${encodeURIComponent(id)}`).catch((error: unknown) => {
          if (statusOf(error) === 404) return null
          throw error
        }),
      )) ?? undefined,
  }
}
