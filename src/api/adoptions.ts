import { z } from 'zod'
import { adoptSubscription } from '#modules/billing/adoption/adopt-subscription.ts'
import {
  GATEWAY_STATUSES,
  GATEWAY_VIEWS,
  listGatewaySubscriptions,
} from '#modules/billing/adoption/adoption-queries.ts'
import { moveSubscriptions } from '#modules/billing/adoption/move-subscriptions.ts'
import { currency, instant, minor, pathId } from './codecs.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { route } from './route.ts'
import { SubscriptionBody } from './subscriptions.ts'

const tag = 'Adoption'
const Unit = z.enum(['day', 'week', 'month', 'year', 'once'])

const GatewaySubscriptionBody = z
  .object({
    id: z.string().meta({ description: 'The id at Stripe.' }),
    gatewayCustomerId: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    status: z.string().meta({ description: 'In Stripe’s own words.' }),
    ending: z.boolean().meta({ description: 'It bills no further period.' }),
    currency,
    amountMinor: minor.meta({ description: 'For one period, before tax that is added there.' }),
    items: z.int(),
    intervalUnit: Unit.nullable(),
    intervalCount: z.int().nullable(),
    periodEnd: instant.nullable(),
    createdAt: instant,
    subscriptionId: z.string().nullable().meta({ description: 'The agreement it is, once adopted.' }),
    customerId: z.string().nullable().meta({
      description: 'Whose agreement it is; before that, the customer it is linked to or shares its email with.',
    }),
    movable: z.boolean(),
  })
  .meta({ id: 'GatewaySubscription' })

export const readGatewaySubscriptions = route({
  method: 'get',
  path: '/gateway-subscriptions',
  operationId: 'listGatewaySubscriptions',
  tag,
  summary: 'Subscriptions that run at Stripe (staff)',
  description: 'From our copy of what Stripe keeps, the newest first.',
  query: PageQuery.extend({
    after: z
      .string()
      .regex(/^sub_\w{1,100}$/)
      .optional()
      .meta({ description: 'The `next` of the page before.' }),
    view: z.enum(GATEWAY_VIEWS).default('new'),
    status: z.enum(GATEWAY_STATUSES).optional(),
    search: z.string().max(100).optional(),
  }),
  success: { status: 200, description: 'One page of them.', body: pageBody(GatewaySubscriptionBody) },
  problems: [],
  run: async (call) => pageAnswer(call, await listGatewaySubscriptions(call.app, call.actor, call.query)),
})

export const createAdoption = route({
  method: 'post',
  path: '/gateway-subscriptions/{gatewaySubscriptionId}/adoption',
  operationId: 'adoptSubscription',
  tag,
  summary: 'Adopt a subscription that runs at Stripe (staff)',
  description:
    'Stripe goes on billing it; nothing is charged and no invoice is made. Adopted again for the same customer and plan it is the same agreement.',
  params: z.strictObject({ gatewaySubscriptionId: z.string().regex(/^sub_\w{1,100}$/) }),
  body: z.strictObject({
    customerId: z.string().max(40),
    planId: z.string().max(40),
    serviceId: z.string().max(40).optional(),
  }),
  example: { customerId: 'cus_example', planId: 'pln_example' },
  success: { status: 201, description: 'The agreement.', body: SubscriptionBody },
  problems: [
    'gateway_subscription_not_found',
    'adoption_invalid',
    'subscription_adopted',
    'adoption_ended',
    'adoption_status',
    'adoption_several_items',
    'adoption_price',
    'adoption_currency',
    'adoption_customer_taken',
    'adoption_customer_differs',
    'adoption_service_billed',
    'payment_gateway_unavailable',
  ],
  run: ({ app, actor, params, body }) => adoptSubscription(app, actor, { ...params, ...body }),
})

export const createMove = route({
  method: 'post',
  path: '/subscription-moves',
  operationId: 'moveSubscriptions',
  tag,
  summary: 'Move adopted subscriptions over (staff)',
  description:
    'Stripe is told to renew them no more; once it confirms, we bill them from the end of their period on, at the same price. `left` counts those that cannot be moved as they stand.',
  body: z.strictObject({ subscriptionIds: z.array(pathId).min(1).max(500) }),
  example: { subscriptionIds: ['sub_01jf0000000000000000000000'] },
  success: {
    status: 202,
    description: 'Which are on their way.',
    body: z.object({ asked: z.array(z.string()), left: z.int() }),
  },
  problems: [],
  run: ({ app, actor, body }) => moveSubscriptions(app, actor, body),
})
