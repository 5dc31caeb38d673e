import { z } from 'zod'
import { acceptChange } from '#modules/billing/accept-change.ts'
import { CANCEL_REASONS } from '#modules/billing/cancel-reason.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { requestCancellation, undoCancellation } from '#modules/billing/request-cancellation.ts'
import { getChange, getSubscriptionDetail, listSubscriptions } from '#modules/billing/subscription-queries.ts'
import { withdrawChange } from '#modules/billing/withdraw-change.ts'
import { period } from './catalog.ts'
import { ChangeBody, changeOf, unit } from './change-body.ts'
import { currency, instant, minor, pathId, plainDate } from './codecs.ts'
import { pageAnswer, pageBody, PageQuery } from './paging.ts'
import { route } from './route.ts'

const tag = 'Subscriptions'
const SubscriptionParams = z.strictObject({ subscriptionId: pathId })
const ChangeParams = z.strictObject({ changeId: pathId })

/** An agreement, as every operation shows it. */
export const SubscriptionBody = z
  .object({
    id: z.string(),
    state: z.enum(['active', 'past_due', 'cancelled']),
    description: z.string(),
    currency,
    amountMinor: minor.meta({ description: 'For one period, with or without tax as the seller states prices.' }),
    intervalUnit: unit,
    intervalCount: z.int(),
    currentPeriodStart: plainDate,
    currentPeriodEnd: plainDate.meta({
      description: 'The first day that is not paid for, in the zone of the seller; 9999-12-31 for what is paid once.',
    }),
    trialEndsOn: plainDate
      .nullable()
      .meta({ description: 'The first day of the first paid period, after a free trial.' }),
    billedBy: z
      .enum(['us', 'gateway'])
      .meta({ description: '`gateway`: an adopted subscription that Stripe bills until it is moved over.' }),
    cancelOn: plainDate.nullable().meta({ description: 'The day on which it ends; null while it renews.' }),
    createdAt: instant,
  })
  .meta({ id: 'Subscription' })

const Item = z
  .object({
    kind: z.enum(['plan', 'option', 'setup', 'topup', 'manual']),
    code: z.string().nullable(),
    description: z.string(),
    quantity: z.int(),
    unitMinor: minor,
    amountMinor: minor,
  })
  .meta({ id: 'SubscriptionItem' })

export const readSubscriptions = route({
  method: 'get',
  path: '/subscriptions',
  operationId: 'listSubscriptions',
  tag,
  summary: 'Your subscriptions',
  query: PageQuery,
  success: { status: 200, description: 'Newest first.', body: pageBody(SubscriptionBody) },
  problems: [],
  run: async (call) => pageAnswer(call, await listSubscriptions(call.app, call.actor, call.query)),
})

export const readSubscription = route({
  method: 'get',
  path: '/subscriptions/{subscriptionId}',
  operationId: 'getSubscription',
  tag,
  summary: 'One subscription with all that is agreed',
  params: SubscriptionParams,
  success: {
    status: 200,
    description: 'The subscription.',
    body: SubscriptionBody.extend({
      items: z.array(Item),
      nextMinor: minor,
      serviceId: z.string().nullable(),
      comingPrice: z.object({ amountMinor: minor, from: plainDate }).nullable().meta({
        description: 'A new price that was announced: of a whole period, stated as amountMinor, from that renewal on.',
      }),
      change: ChangeBody.nullable().meta({ description: 'One that was accepted and does not hold yet.' }),
    }).meta({ id: 'SubscriptionDetail' }),
  },
  problems: ['subscription_not_found'],
  run: async ({ app, actor, params }) => {
    const { subscription, items, nextMinor, service, change, coming } = await getSubscriptionDetail(
      app,
      actor,
      params.subscriptionId,
    )
    return {
      ...subscription,
      items,
      nextMinor,
      serviceId: service?.id ?? null,
      comingPrice: coming ? { amountMinor: coming.amountMinor, from: coming.from } : null,
      change: change ? changeOf(change) : null,
    }
  },
})

const OBSTACLES = [
  'subscription_not_found',
  'subscription_cancelled',
  'subscription_past_due',
  'subscription_ending',
  'subscription_paid_once',
  'subscription_in_trial',
  'subscription_billed_by_gateway',
  'subscription_changing',
  'service_pending',
  'service_provisioning',
  'service_suspended',
  'service_terminated',
  'service_failed',
] as const

export const createChange = route({
  method: 'post',
  path: '/subscriptions/{subscriptionId}/changes',
  operationId: 'quoteChange',
  tag,
  summary: 'What a change of a subscription costs',
  description:
    'What you leave out stays as it is; `options` names all you want from now on. Nothing is changed yet. The same Idempotency-Key gives the first quote again.',
  params: SubscriptionParams,
  body: z.strictObject({
    plan: z.string().max(64).optional(),
    period: period.optional(),
    options: z
      .array(
        z.strictObject({
          code: z.string().max(64),
          quantity: z.int().min(0).max(100_000),
          choice: z.string().max(64).optional(),
        }),
      )
      .max(20)
      .refine((all) => new Set(all.map(({ code }) => code)).size === all.length, 'Name each option once.')
      .optional(),
  }),
  example: { plan: 'vps-professional' },
  success: { status: 201, description: 'The quote; accept it within 15 minutes.', body: ChangeBody },
  problems: [...OBSTACLES, 'configuration_invalid', 'disk_cannot_shrink', 'change_empty', 'seller_not_set_up'],
  run: async ({ app, actor, params, body, retryKey }) =>
    changeOf(await quoteChange(app, actor, { ...params, ...body, idempotencyKey: retryKey })),
})

export const readChange = route({
  method: 'get',
  path: '/changes/{changeId}',
  operationId: 'getChange',
  tag,
  summary: 'A change of a subscription',
  params: ChangeParams,
  success: { status: 200, description: 'What it costs and how it stands.', body: ChangeBody },
  problems: ['change_not_found'],
  run: async ({ app, actor, params }) => changeOf(await getChange(app, actor, params)),
})

export const createAcceptance = route({
  method: 'post',
  path: '/changes/{changeId}/acceptance',
  operationId: 'acceptChange',
  tag,
  summary: 'Accept a quoted change',
  description:
    'What costs something is collected from your credit and your saved card and holds once it is paid; while the state is `awaiting_payment`, pay `invoiceId`. Accepted twice it is one change.',
  params: ChangeParams,
  success: { status: 200, description: 'The change as it stands.', body: ChangeBody },
  problems: [
    ...OBSTACLES,
    'change_not_found',
    'quote_stale',
    'sold_out',
    'plan_limit_reached',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, params }) => changeOf(await acceptChange(app, actor, params)),
})

export const createWithdrawal = route({
  method: 'post',
  path: '/changes/{changeId}/withdrawal',
  operationId: 'withdrawChange',
  tag,
  summary: 'Take a change back that does not hold yet',
  params: ChangeParams,
  success: { status: 200, description: 'The change as it stands.', body: ChangeBody },
  problems: [
    'change_not_found',
    'change_quoted',
    'change_applied',
    'change_withdrawn',
    'subscription_changing',
    'payment_gateway_unavailable',
  ],
  run: async ({ app, actor, params }) => changeOf(await withdrawChange(app, actor, params)),
})

export const createSubscriptionCancellation = route({
  method: 'post',
  path: '/subscriptions/{subscriptionId}/cancellation',
  operationId: 'cancelSubscription',
  tag,
  summary: 'End a subscription',
  description:
    'At the end of what is paid, or now: then the server and its data are gone today, and paid days are not given back.',
  params: SubscriptionParams,
  body: z.strictObject({
    when: z.enum(['period_end', 'now']).default('period_end'),
    reason: z.enum(CANCEL_REASONS).default('other'),
    note: z.string().max(1_000).optional(),
  }),
  example: { when: 'period_end', reason: 'not_needed' },
  success: { status: 200, description: 'The subscription with the day it ends.', body: SubscriptionBody },
  problems: [
    'subscription_not_found',
    'subscription_cancelled',
    'subscription_ending',
    'subscription_paid_once',
    'subscription_in_trial',
    'confirmation_needed',
    'session_required',
    'adoption_busy',
  ],
  run: async ({ app, actor, params, body }) => requestCancellation(app, actor, { ...params, ...body }),
})

export const deleteSubscriptionCancellation = route({
  method: 'delete',
  path: '/subscriptions/{subscriptionId}/cancellation',
  operationId: 'undoCancellation',
  tag,
  summary: 'Take a cancellation back',
  params: SubscriptionParams,
  success: { status: 200, description: 'The subscription, which renews again.', body: SubscriptionBody },
  problems: ['subscription_not_found', 'subscription_cancelled', 'cancellation_missing', 'adoption_busy'],
  run: async ({ app, actor, params }) => undoCancellation(app, actor, params),
})
