import { z } from 'zod'
import { bracketName } from './form-encoding.ts'
import type { FormTree } from './form-encoding.ts'
import {
  amount,
  boolean,
  choice,
  created,
  currency,
  email,
  expand,
  integer,
  list,
  metadata,
  notEmpty,
  paging,
  text,
  url,
} from './stripe-simulator-fields.ts'
import { EVIDENCE } from './stripe-simulator-evidence.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import type { Refusal } from './stripe-simulator-refusal.ts'

/**
 * The parameters this simulator understands, read as strictly as Stripe does: a name it does not know is refused and
 * never passed over in silence, `payment_method_types` above all.
 */

const address = z.strictObject({
  city: text().optional(),
  country: text().optional(),
  line1: text().optional(),
  line2: text().optional(),
  postal_code: text().optional(),
  state: text().optional(),
})

const customer = {
  email: email.optional(),
  name: text(256).optional(),
  phone: text(20).optional(),
  description: text().optional(),
  metadata: metadata.optional(),
  address: z.union([z.literal('').transform(() => null), address]).optional(),
  tax_exempt: choice(['none', 'exempt', 'reverse']).optional(),
  preferred_locales: list(notEmpty).optional(),
  invoice_settings: z.strictObject({ default_payment_method: text().optional() }).optional(),
  ...expand,
}

const keepCard = choice(['off_session', 'on_session'])
const automatic = z.strictObject({ enabled: boolean, allow_redirects: choice(['always', 'never']).optional() })
const cancellation = ['abandoned', 'duplicate', 'requested_by_customer'] as const
const confirming = { payment_method: notEmpty.optional(), return_url: url.optional() }

const lineItem = z.strictObject({
  price: notEmpty.optional(),
  quantity: amount.optional(),
  price_data: z
    .strictObject({
      currency,
      unit_amount: amount,
      product_data: z.strictObject({ name: notEmpty, description: notEmpty.optional(), metadata: metadata.optional() }),
      tax_behavior: choice(['exclusive', 'inclusive', 'unspecified']).optional(),
    })
    .optional(),
})

export const Params = {
  none: z.strictObject(expand),
  customerCreate: z.strictObject({ test_clock: notEmpty.optional(), ...customer }),
  customerUpdate: z.strictObject(customer),
  customerList: z.strictObject({
    email: notEmpty.optional(),
    test_clock: notEmpty.optional(),
    created,
    ...paging,
  }),
  methodList: z.strictObject({
    customer: notEmpty.optional(),
    type: choice(['card', 'sepa_debit']).optional(),
    ...paging,
  }),
  attach: z.strictObject({ customer: notEmpty, ...expand }),
  intentCreate: z.strictObject({
    amount,
    currency,
    customer: notEmpty.optional(),
    description: text(1000).optional(),
    metadata: metadata.optional(),
    setup_future_usage: keepCard.optional(),
    automatic_payment_methods: automatic.optional(),
    confirm: boolean.optional(),
    off_session: boolean.optional(),
    error_on_requires_action: boolean.optional(),
    receipt_email: email.optional(),
    statement_descriptor_suffix: text(22).optional(),
    ...confirming,
    ...expand,
  }),
  intentConfirm: z.strictObject({
    off_session: boolean.optional(),
    error_on_requires_action: boolean.optional(),
    setup_future_usage: keepCard.optional(),
    ...confirming,
    ...expand,
  }),
  intentCancel: z.strictObject({ cancellation_reason: choice([...cancellation, 'fraudulent']).optional(), ...expand }),
  intentList: z.strictObject({ customer: notEmpty.optional(), created, ...paging }),
  setupCreate: z.strictObject({
    customer: notEmpty.optional(),
    description: text(1000).optional(),
    metadata: metadata.optional(),
    usage: keepCard.optional(),
    automatic_payment_methods: automatic.optional(),
    confirm: boolean.optional(),
    ...confirming,
    ...expand,
  }),
  setupConfirm: z.strictObject({ ...confirming, ...expand }),
  setupCancel: z.strictObject({ cancellation_reason: choice(cancellation).optional(), ...expand }),
  sessionCreate: z.strictObject({
    mode: choice(['payment', 'setup']),
    success_url: url,
    cancel_url: url.optional(),
    customer: notEmpty.optional(),
    customer_email: email.optional(),
    customer_creation: choice(['always', 'if_required']).optional(),
    client_reference_id: text(200).optional(),
    currency: currency.optional(),
    line_items: list(lineItem).optional(),
    metadata: metadata.optional(),
    payment_intent_data: z
      .strictObject({
        description: text(1000).optional(),
        metadata: metadata.optional(),
        setup_future_usage: keepCard.optional(),
      })
      .optional(),
    setup_intent_data: z.strictObject({ description: text(1000).optional(), metadata: metadata.optional() }).optional(),
    expires_at: integer.optional(),
    locale: choice(['auto', 'en', 'de']).optional(),
    ui_mode: choice(['hosted_page']).optional(),
    submit_type: choice(['auto', 'pay']).optional(),
    ...expand,
  }),
  sessionList: z.strictObject({
    customer: notEmpty.optional(),
    payment_intent: notEmpty.optional(),
    status: choice(['open', 'complete', 'expired']).optional(),
    created,
    ...paging,
  }),
  methodCreate: z.strictObject({
    type: choice(['sepa_debit']),
    sepa_debit: z.strictObject({ iban: notEmpty }),
    billing_details: z.strictObject({ name: notEmpty, email: email.min(1) }),
    metadata: metadata.optional(),
    ...expand,
  }),
  refundCreate: z.strictObject({
    charge: notEmpty.optional(),
    payment_intent: notEmpty.optional(),
    amount: amount.optional(),
    reason: choice(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata: metadata.optional(),
    ...expand,
  }),
  moneyList: z.strictObject({
    charge: notEmpty.optional(),
    payment_intent: notEmpty.optional(),
    customer: notEmpty.optional(),
    created,
    ...paging,
  }),
  disputeUpdate: z.strictObject({
    evidence: z.partialRecord(z.enum(EVIDENCE), text(20_000)).optional(),
    submit: boolean.optional(),
    metadata: metadata.optional(),
    ...expand,
  }),
  balanceList: z.strictObject({
    source: notEmpty.optional(),
    type: notEmpty.optional(),
    currency: currency.optional(),
    created,
    ...paging,
  }),
  eventList: z.strictObject({
    type: notEmpty.optional(),
    types: list(notEmpty).optional(),
    delivery_success: boolean.optional(),
    created,
    ...paging,
  }),
  page: z.strictObject(paging),
}

export type ParamsOf<K extends keyof typeof Params> = z.output<(typeof Params)[K]>

type Issue = z.core.$ZodIssue

/** The issues of the last alternative stand for a union: it is always the fuller one. */
function flatten(issue: Issue, prefix: PropertyKey[] = []): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ ...issue, path }]
  return (issue.errors.at(-1) ?? []).flatMap((inner) => flatten(inner, path))
}

function refusalOf(issues: Issue[]): Refusal {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown) {
    const param = bracketName([...unknown.path, unknown.keys[0] ?? ''])
    return invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param, executed: false })
  }
  const issue = issues[0]
  const param = bracketName(issue?.path ?? [])
  if (issue?.code !== 'custom' && issue?.input === undefined)
    return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param, executed: false })
  const [code = '', words] = issue.message.split('|')
  if (words === undefined)
    return invalid(`Invalid value for ${param}.`, { code: 'parameter_invalid', param, executed: false })
  const message = words.replaceAll('{param}', param).replaceAll('{value}', () => String(issue.input))
  return invalid(message, { code, param, executed: false })
}

/** Reads parameters; throws Stripe's 400 for the first that is unknown, missing or wrong. Nothing has been done yet. */
export function readParams<T>(schema: z.ZodType<T>, form: FormTree): T {
  const read = schema.safeParse(form, { reportInput: true })
  if (read.success) return read.data
  throw refusalOf(read.error.issues.flatMap((issue) => flatten(issue)))
}
