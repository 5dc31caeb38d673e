import type { CardBehaviour, Decline } from './stripe-simulator-cards.ts'
import type {
  CardRecord,
  Charge,
  Customer,
  Memory,
  PaymentIntent,
  PaymentMethod,
  SetupIntent,
} from './stripe-simulator-memory.ts'
import { randomText } from './stripe-simulator-memory.ts'

/** New objects, as the API shows them, complete to the last null; nothing here saves or emits. */

const nobody = { address: null, email: null, name: null, phone: null, tax_id: null }

export function newCustomer(memory: Memory): Customer {
  return {
    id: memory.newId('cus').slice(0, 18),
    object: 'customer',
    address: null,
    balance: 0,
    created: memory.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: memory.livemode,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
}

export type CardDetails = { expiryMonth: number; expiryYear: number; name: string | null; email: string | null }

export function newPaymentMethod(memory: Memory, card: CardBehaviour, details: CardDetails): PaymentMethod {
  const passed = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' }
  return {
    id: memory.newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { ...nobody, name: details.name, email: details.email },
    card: {
      brand: card.brand,
      checks: passed,
      country: 'US',
      display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
      exp_month: details.expiryMonth,
      exp_year: details.expiryYear,
      fingerprint: fingerprintOf(card),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: memory.now(),
    customer: null,
    customer_account: null,
    livemode: memory.livemode,
    metadata: {},
    type: 'card',
  }
}

export const newCardRecord = (card: CardBehaviour): CardRecord => ({ number: card.number, saved: false, spent: false })

/** The same for the same card, as Stripe promises. */
const fingerprintOf = (card: CardBehaviour): string => `sim${card.number.slice(-13)}`

/** What the Dashboard offers: cards, and direct debits where there is SEPA. */
export const methodTypes = (currency: string | null | undefined): string[] =>
  currency === 'eur' ? ['card', 'sepa_debit'] : ['card']

type IntentInput = {
  amount: number
  currency: string
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  keepCard: 'off_session' | 'on_session' | null
  allowRedirects?: 'always' | 'never' | undefined
}

export function newPaymentIntent(memory: Memory, input: IntentInput): PaymentIntent {
  const id = memory.newId('pi')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: input.allowRedirects ?? 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: memory.now(),
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: memory.livemode,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: methodTypes(input.currency),
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: input.keepCard,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

export function newSetupIntent(
  memory: Memory,
  input: { customer: string | null; description: string | null; metadata: Record<string, string>; usage: string },
): SetupIntent {
  const id = memory.newId('seti')
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: memory.now(),
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: memory.livemode,
    managed_payments: null,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: input.usage,
  }
}

function chargedCard(method: PaymentMethod, amount: number): Charge['payment_method_details'] {
  const card = method.card
  if (!card) return null
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: randomText(6).toUpperCase(),
      brand: card.brand,
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_transaction_id: null,
      regulated_status: 'unregulated',
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
  }
}

/** An attempt on a card: paid, or failed for the reason given. */
export function newCharge(memory: Memory, intent: PaymentIntent, method: PaymentMethod, decline?: Decline): Charge {
  const paid = !decline
  return {
    id: memory.newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: 'EZ SOLUTIONS',
    captured: paid,
    created: memory.now(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: memory.livemode,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: {
      advice_code: decline?.advice ?? null,
      network_advice_code: null,
      network_decline_code: decline ? '05' : null,
      network_status: paid ? 'approved_by_network' : 'declined_by_network',
      reason: decline?.declineCode ?? decline?.code ?? null,
      risk_level: 'normal',
      risk_score: 12,
      seller_message: paid ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
      type: paid ? 'authorized' : 'issuer_declined',
    },
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargedCard(method, intent.amount),
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: paid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  }
}
