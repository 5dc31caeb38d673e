import { z } from 'zod'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { buyerIn, shownBasisPoints } from '#modules/billing/tax.ts'
import { isCountry } from '#modules/accounts/customer.ts'
import { Currency, ItemConfiguration } from '#modules/orders/item-configuration.ts'
import { countCouponTry } from '#modules/orders/cart-coupons.ts'
import { customerOf } from '#modules/orders/cart.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { COUPON_REFUSALS } from '#modules/billing/coupon.ts'
import { currency, instant, localizedText, minor } from './codecs.ts'
import { route } from './route.ts'

export const Items = z
  .array(ItemConfiguration)
  .min(1, { error: 'Name at least one server.' })
  .max(20, { error: 'Order at most 20 servers at a time.' })

/** Of nothing that can be seen is no code. */
export const Codes = z
  .array(z.string().min(1).max(100))
  .max(10)
  .optional()
  .meta({ description: 'Coupon codes, however they are written. Trying them is limited to 20 an hour.' })

const QuoteInput = z.strictObject({
  currency: Currency,
  items: Items,
  country: z
    .string()
    .refine(isCountry, { error: 'Give a country as ISO 3166-1 alpha-2, such as DE.' })
    .optional()
    .meta({ description: 'Where the buyer is, for the tax. Left out, it is that of your billing details.' }),
  codes: Codes,
})

export const COUPON_PROBLEMS = [...COUPON_REFUSALS, 'too_many_coupons'] as const

const Line = z
  .object({
    kind: z.enum(['plan', 'option', 'setup']),
    name: localizedText,
    quantity: z.int(),
    unitMinor: minor,
    discountMinor: minor.meta({ description: 'What coupons took off.' }),
    amountMinor: minor.meta({
      description: 'Due with the order, after discounts; nothing for what is tried out first.',
    }),
  })
  .meta({ id: 'QuoteLine' })

export const TaxBody = z
  .object({
    name: z.string(),
    category: z.enum(['S', 'Z', 'E', 'AE', 'O']).meta({ description: 'The code of EN 16931.' }),
    rateBasisPoints: z.int(),
    baseMinor: minor.meta({ description: 'What it is charged on.' }),
    taxMinor: minor,
  })
  .meta({ id: 'DocumentTax' })

const Quote = z
  .object({
    currency,
    pricesIncludeTax: z.boolean(),
    items: z.array(
      z.object({
        plan: z.string(),
        hostname: z.string(),
        lines: z.array(Line),
        trialDays: z.int().nullable().meta({ description: 'Days before its first paid period.' }),
        amountMinor: minor,
      }),
    ),
    taxBasisPoints: z.int().meta({ description: 'The rate of all tax together in hundredths of a percent.' }),
    taxes: z.array(TaxBody).meta({ description: 'Each tax by itself; at most two.' }),
    reverseCharge: z
      .boolean()
      .meta({ description: 'The buyer owes the tax themselves (Art. 196, Directive 2006/112/EC).' }),
    coupons: z
      .array(z.object({ code: z.string(), name: z.string(), offMinor: minor }))
      .meta({ description: 'In the order in which they were taken off.' }),
    discountMinor: minor,
    subtotalMinor: minor,
    taxMinor: minor,
    totalMinor: minor,
    token: z.string().meta({ description: 'Give it as `quote` when you order.' }),
    expiresAt: instant,
  })
  .meta({ id: 'Quote', description: 'What an order costs, for 15 minutes.' })

export const exampleItem = {
  plan: 'vps-starter',
  period: 'month',
  region: 'fsn1',
  image: 'debian-13',
  hostname: 'web1.example.com',
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl jane@laptop',
  options: [{ code: 'backups', quantity: 1 }],
}

export const createQuote = route({
  method: 'post',
  path: '/quotes',
  operationId: 'createQuote',
  tag: 'Orders',
  summary: 'What a configuration costs',
  body: QuoteInput,
  example: { currency: 'EUR', items: [exampleItem], country: 'DE' },
  success: { status: 200, description: 'The price, and a token that holds it.', body: Quote },
  problems: ['configuration_invalid', 'sold_out', 'plan_limit_reached', 'seller_not_set_up', ...COUPON_PROBLEMS],
  run: async ({ app, actor, body, visitor }) => {
    if (body.codes?.length) await countCouponTry(app, actor, visitor.address)
    const own = await findTaxBuyer(app, actor)
    const asked = body.country === undefined || body.country === own.country ? own : buyerIn(body.country)
    const quote = await computeQuote(app, { ...body, buyer: asked, customerId: customerOf(actor) })
    return {
      ...quote,
      reverseCharge: quote.treatment.reverseCharge,
      taxBasisPoints: shownBasisPoints(quote.treatment),
      items: quote.items.map(({ configuration, lines, trialDays, amountMinor }) => ({
        plan: configuration.plan,
        hostname: configuration.hostname,
        lines,
        trialDays,
        amountMinor,
      })),
    }
  },
})
