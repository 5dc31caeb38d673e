import type { LineItem, Memory, Price, Session } from './stripe-simulator-memory.ts'
import { randomText } from './stripe-simulator-memory.ts'
import { methodTypes } from './stripe-simulator-objects.ts'
import type { ParamsOf } from './stripe-simulator-params.ts'
import { requireAmount } from './stripe-simulator-payments.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'

/** A checkout session as it is when somebody asks for it; nothing here saves or emits. */

type Input = ParamsOf<'sessionCreate'>
type LineInput = NonNullable<Input['line_items']>[number]

const DAY_SECONDS = 86_400

function newPrice(memory: Memory, data: NonNullable<LineInput['price_data']>): Price {
  return {
    id: memory.newId('price'),
    object: 'price',
    active: false,
    billing_scheme: 'per_unit',
    created: memory.now(),
    currency: data.currency,
    custom_unit_amount: null,
    livemode: memory.livemode,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: memory.newId('prod'),
    recurring: null,
    tax_behavior: data.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: data.unit_amount,
    unit_amount_decimal: String(data.unit_amount),
  }
}

function newLineItem(memory: Memory, line: LineInput, index: number): LineItem {
  const at = `line_items[${index}]`
  if (line.price) throw missing('price', line.price, `${at}[price]`)
  const data = line.price_data
  if (!data)
    throw invalid(`Missing required param: ${at}[price].`, { code: 'parameter_missing', param: `${at}[price]` })
  if (!line.quantity)
    throw invalid(`Missing required param: ${at}[quantity].`, { code: 'parameter_missing', param: `${at}[quantity]` })
  const total = data.unit_amount * line.quantity
  return {
    id: memory.newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency: data.currency,
    description: data.product_data.name,
    metadata: {},
    price: newPrice(memory, data),
    quantity: line.quantity,
  }
}

/** The lines of a session, or Stripe's 400 when they make no sense together. */
export function readLines(memory: Memory, input: Input): LineItem[] {
  const lines = (input.line_items ?? []).map((line, index) => newLineItem(memory, line, index))
  if (input.mode === 'setup') {
    if (lines.length > 0) throw invalid('You can not pass `line_items` in `setup` mode.', { param: 'line_items' })
    if (!input.currency)
      throw invalid('Missing required param: currency.', { code: 'parameter_missing', param: 'currency' })
    return lines
  }
  const [first] = lines
  if (!first) throw invalid('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' })
  if (lines.some((line) => line.currency !== first.currency))
    throw invalid('All line items must have the same currency.', { param: 'line_items' })
  requireAmount(totalOf(lines), first.currency, 'line_items')
  return lines
}

const totalOf = (lines: LineItem[]): number => lines.reduce((sum, line) => sum + line.amount_total, 0)

/** When the page closes: 30 minutes to 24 hours from now, as asked, or a day. */
function readExpiry(memory: Memory, asked: number | undefined): number {
  const now = memory.now()
  if (asked === undefined) return now + DAY_SECONDS
  // A clock that is a little off must not break a shop that asks for the very limit.
  if (asked < now + 1_800 - 5)
    throw invalid('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param: 'expires_at',
    })
  if (asked > now + DAY_SECONDS + 5)
    throw invalid('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param: 'expires_at',
    })
  return asked
}

export function newSession(memory: Memory, input: Input, lines: LineItem[]): Session {
  const id = `cs_${memory.livemode ? 'live' : 'test'}_a1${randomText(58)}`
  const payment = input.mode === 'payment'
  const total = payment ? totalOf(lines) : null
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: payment ? { enabled: false } : null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: input.cancel_url ?? null,
    client_reference_id: input.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: memory.now(),
    currency: lines[0]?.currency ?? input.currency ?? null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: input.customer ?? null,
    customer_account: null,
    customer_creation: input.customer ? null : (input.customer_creation ?? (payment ? 'if_required' : 'always')),
    customer_details: null,
    customer_email: input.customer_email ?? null,
    discounts: [],
    expires_at: readExpiry(memory, input.expires_at),
    integration_identifier: null,
    invoice: null,
    invoice_creation: payment ? { enabled: false, invoice_data: noInvoice() } : null,
    livemode: memory.livemode,
    locale: input.locale ?? null,
    managed_payments: null,
    metadata: input.metadata ?? {},
    mode: input.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: payment ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: methodTypes(lines[0]?.currency ?? input.currency),
    payment_status: payment ? 'unpaid' : 'no_payment_required',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: input.submit_type ?? null,
    subscription: null,
    success_url: input.success_url,
    total_details: payment ? { amount_discount: 0, amount_shipping: 0, amount_tax: 0 } : null,
    ui_mode: 'hosted_page',
    url: `${memory.publicUrl}/c/pay/${id}`,
    wallet_options: null,
  }
}

const noInvoice = (): NonNullable<Session['invoice_creation']>['invoice_data'] => ({
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: null,
  metadata: {},
  rendering_options: null,
})
