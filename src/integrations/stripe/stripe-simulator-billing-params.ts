import { z } from 'zod'
import {
  amount,
  boolean,
  choice,
  created,
  currency,
  expand,
  integer,
  list,
  metadata,
  notEmpty,
  paging,
  text,
  url,
} from './stripe-simulator-fields.ts'

/** Parameters of the catalogue, subscriptions, invoices and test clocks; strict like all others. */

const recurring = z.strictObject({
  interval: choice(['day', 'week', 'month', 'year']),
  interval_count: amount.optional(),
  usage_type: choice(['licensed']).optional(),
})

const collection = {
  collection_method: choice(['charge_automatically', 'send_invoice']).optional(),
  days_until_due: amount.optional(),
  default_payment_method: text().optional(),
}
const proration = { proration_behavior: choice(['create_prorations', 'always_invoice', 'none']).optional() }
const payment_behavior = choice(['allow_incomplete', 'default_incomplete', 'error_if_incomplete']).optional()
const payment_settings = z
  .strictObject({ save_default_payment_method: choice(['off', 'on_subscription']).optional() })
  .optional()
const moment = z.union([z.literal('now'), integer])

const product = {
  active: boolean.optional(),
  description: text().optional(),
  metadata: metadata.optional(),
  unit_label: text(12).optional(),
  url: url.optional(),
  ...expand,
}

const invoice = {
  auto_advance: boolean.optional(),
  description: text(1500).optional(),
  due_date: integer.optional(),
  footer: text().optional(),
  metadata: metadata.optional(),
  ...collection,
  ...expand,
}

export const BillingParams = {
  productCreate: z.strictObject({ name: notEmpty, id: notEmpty.optional(), ...product }),
  productUpdate: z.strictObject({ name: notEmpty.optional(), ...product }),
  productList: z.strictObject({ active: boolean.optional(), ids: list(notEmpty).optional(), created, ...paging }),
  priceCreate: z.strictObject({
    product: notEmpty,
    currency,
    unit_amount: amount,
    recurring: recurring.optional(),
    active: boolean.optional(),
    lookup_key: text(200).optional(),
    transfer_lookup_key: boolean.optional(),
    nickname: text().optional(),
    tax_behavior: choice(['exclusive', 'inclusive', 'unspecified']).optional(),
    metadata: metadata.optional(),
    ...expand,
  }),
  priceUpdate: z.strictObject({
    active: boolean.optional(),
    lookup_key: text(200).optional(),
    transfer_lookup_key: boolean.optional(),
    nickname: text().optional(),
    metadata: metadata.optional(),
    ...expand,
  }),
  priceList: z.strictObject({
    active: boolean.optional(),
    product: notEmpty.optional(),
    currency: currency.optional(),
    type: choice(['one_time', 'recurring']).optional(),
    lookup_keys: list(notEmpty).optional(),
    created,
    ...paging,
  }),
  subscriptionCreate: z.strictObject({
    customer: notEmpty,
    items: list(z.strictObject({ price: notEmpty, quantity: amount.optional(), metadata: metadata.optional() })),
    payment_behavior,
    payment_settings,
    off_session: boolean.optional(),
    trial_period_days: amount.optional(),
    trial_end: moment.optional(),
    cancel_at_period_end: boolean.optional(),
    billing_mode: z.strictObject({ type: choice(['flexible']) }).optional(),
    description: text(500).optional(),
    metadata: metadata.optional(),
    ...proration,
    ...collection,
    ...expand,
  }),
  subscriptionUpdate: z.strictObject({
    items: list(
      z.strictObject({
        id: notEmpty.optional(),
        price: notEmpty.optional(),
        quantity: amount.optional(),
        deleted: boolean.optional(),
      }),
    ).optional(),
    payment_behavior,
    payment_settings,
    off_session: boolean.optional(),
    trial_end: moment.optional(),
    cancel_at_period_end: boolean.optional(),
    pause_collection: z
      .union([
        z.literal(''),
        z.strictObject({
          behavior: choice(['void', 'keep_as_draft', 'mark_uncollectible']),
          resumes_at: integer.optional(),
        }),
      ])
      .optional(),
    description: text(500).optional(),
    metadata: metadata.optional(),
    ...proration,
    ...collection,
    ...expand,
  }),
  subscriptionCancel: z.strictObject({
    invoice_now: boolean.optional(),
    prorate: boolean.optional(),
    cancellation_details: z
      .strictObject({
        comment: text().optional(),
        feedback: choice([
          'customer_service',
          'low_quality',
          'missing_features',
          'other',
          'switched_service',
          'too_complex',
          'too_expensive',
          'unused',
        ]).optional(),
      })
      .optional(),
    ...expand,
  }),
  subscriptionPause: z.strictObject({ type: choice(['subscription']).optional(), ...expand }),
  subscriptionList: z.strictObject({
    customer: notEmpty.optional(),
    price: notEmpty.optional(),
    status: choice([
      'active',
      'all',
      'canceled',
      'ended',
      'incomplete',
      'incomplete_expired',
      'past_due',
      'paused',
      'trialing',
      'unpaid',
    ]).optional(),
    collection_method: collection.collection_method,
    test_clock: notEmpty.optional(),
    created,
    ...paging,
  }),
  itemList: z.strictObject({ subscription: notEmpty, ...paging }),
  invoiceCreate: z.strictObject({
    customer: notEmpty,
    currency: currency.optional(),
    pending_invoice_items_behavior: choice(['include', 'exclude']).optional(),
    ...invoice,
  }),
  invoiceUpdate: z.strictObject(invoice),
  invoiceList: z.strictObject({
    customer: notEmpty.optional(),
    subscription: notEmpty.optional(),
    status: choice(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
    collection_method: collection.collection_method,
    created,
    ...paging,
  }),
  invoiceFinalize: z.strictObject({ auto_advance: boolean.optional(), ...expand }),
  invoicePay: z.strictObject({
    payment_method: notEmpty.optional(),
    paid_out_of_band: boolean.optional(),
    off_session: boolean.optional(),
    ...expand,
  }),
  invoiceItemCreate: z.strictObject({
    customer: notEmpty,
    amount: integer.optional(),
    currency: currency.optional(),
    pricing: z.strictObject({ price: notEmpty }).optional(),
    quantity: amount.optional(),
    description: text().optional(),
    invoice: notEmpty.optional(),
    metadata: metadata.optional(),
    ...expand,
  }),
  invoiceItemList: z.strictObject({
    customer: notEmpty.optional(),
    invoice: notEmpty.optional(),
    pending: boolean.optional(),
    created,
    ...paging,
  }),
  invoicePaymentList: z.strictObject({
    invoice: notEmpty.optional(),
    status: choice(['open', 'canceled', 'paid']).optional(),
    payment: z.strictObject({ type: choice(['payment_intent']), payment_intent: notEmpty.optional() }).optional(),
    ...paging,
  }),
  clockCreate: z.strictObject({ frozen_time: integer, name: text(300).optional(), ...expand }),
  clockAdvance: z.strictObject({ frozen_time: integer, ...expand }),
}

export type BillingParamsOf<K extends keyof typeof BillingParams> = z.output<(typeof BillingParams)[K]>
