import { z } from 'zod'
import { listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { openMethodPage } from '#modules/billing/save-new-method.ts'
import { instant } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Invoices'

const PaymentMethodBody = z
  .object({
    id: z.string(),
    kind: z.enum(['card', 'sepa_debit']),
    brand: z.string(),
    lastFour: z.string(),
    expiryMonth: z.int().nullable().meta({ description: 'Null for what does not expire, such as a direct debit.' }),
    expiryYear: z.int().nullable(),
    isDefault: z.boolean().meta({ description: 'Whether renewals are charged to it.' }),
    createdAt: instant,
  })
  .meta({ id: 'PaymentMethod', description: 'A way to pay that the payment gateway keeps.' })

export const readPaymentMethods = route({
  method: 'get',
  path: '/payment-methods',
  operationId: 'listPaymentMethods',
  tag,
  summary: 'Your saved ways to pay',
  success: {
    status: 200,
    description: 'Newest first, 50 at most.',
    body: z.object({ data: z.array(PaymentMethodBody) }),
  },
  problems: [],
  run: async ({ app, actor }) => ({
    data: (await listPaymentMethods(app, actor)).map((method) => ({
      ...method,
      kind: method.kind === 'sepa_debit' ? ('sepa_debit' as const) : ('card' as const),
    })),
  }),
})

export const createMethodPage = route({
  method: 'post',
  path: '/payment-methods',
  operationId: 'savePaymentMethod',
  tag,
  summary: 'Open a page where a way to pay is saved',
  description:
    'Nothing is charged there. It is saved once the payment gateway says so; the first one is charged for renewals.',
  success: {
    status: 201,
    description: 'Send the person who pays to `url`.',
    body: z.object({ url: z.string() }),
  },
  problems: ['payment_gateway_unavailable'],
  run: ({ app, actor }) => {
    const page = '/portal/billing'
    return openMethodPage(app, actor, { returnPath: `${page}?from=methods`, cancelPath: page })
  },
})
