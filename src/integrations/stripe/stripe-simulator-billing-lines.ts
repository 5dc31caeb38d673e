import type { Customer, InvoiceItem, InvoiceLine, Memory, Price, SubscriptionItem } from './stripe-simulator-memory.ts'

/** What stands on invoices, and what waits to be put there; nothing here saves or emits. */

const pricingOf = (price: Price | null): InvoiceLine['pricing'] =>
  price && {
    price_details: { price: price.id, product: price.product },
    type: 'price_details',
    unit_amount_decimal: price.unit_amount_decimal,
  }

/** What every line has, whatever it came from. */
function newLine(memory: Memory, amount: number, currency: string): Omit<InvoiceLine, 'parent' | 'period' | 'pricing'> {
  return {
    id: memory.newId('il'),
    object: 'line_item',
    amount,
    currency,
    description: null,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: memory.livemode,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: 1,
    quantity_decimal: '1',
    subscription: null,
    subtotal: amount,
    taxes: [],
  }
}

/** One period of a subscription's item; `free` while it is tried out. */
export function periodLine(memory: Memory, item: SubscriptionItem, free = false): InvoiceLine {
  const { price, quantity = 1 } = item
  const amount = free ? 0 : (price.unit_amount ?? 0) * quantity
  return {
    ...newLine(memory, amount, price.currency),
    description: `${quantity} × ${price.nickname ?? price.product}`,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: item.subscription,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { start: item.current_period_start, end: item.current_period_end },
    pricing: pricingOf(price),
    quantity,
    quantity_decimal: String(quantity),
    subscription: item.subscription,
  }
}

export function itemLine(memory: Memory, item: InvoiceItem): InvoiceLine {
  const subscription = item.parent?.subscription_details?.subscription ?? null
  return {
    ...newLine(memory, item.amount, item.currency),
    description: item.description,
    metadata: item.metadata ?? {},
    parent: {
      invoice_item_details: { invoice_item: item.id, proration: item.proration, proration_details: null, subscription },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    period: item.period,
    pricing: item.pricing,
    quantity: item.quantity,
    quantity_decimal: item.quantity_decimal,
    subscription,
  }
}

type ItemInput = {
  customer: Customer
  amount: number
  currency: string
  description: string | null
  price?: Price | undefined
  quantity?: number | undefined
  metadata?: Record<string, string> | undefined
  /** Set for a proration. */
  subscription?: string
  period?: { start: number; end: number }
}

export function newInvoiceItem(memory: Memory, input: ItemInput): InvoiceItem {
  const { subscription, quantity = 1 } = input
  return {
    id: memory.newId('ii'),
    object: 'invoiceitem',
    amount: input.amount,
    currency: input.currency,
    customer: input.customer.id,
    customer_account: null,
    date: memory.now(),
    description: input.description,
    discountable: subscription === undefined,
    discounts: [],
    invoice: null,
    livemode: memory.livemode,
    metadata: input.metadata ?? {},
    net_amount: input.amount,
    parent: subscription ? { subscription_details: { subscription }, type: 'subscription_details' } : null,
    period: input.period ?? { start: memory.now(), end: memory.now() },
    pricing: pricingOf(input.price ?? null),
    proration: subscription !== undefined,
    quantity,
    quantity_decimal: String(quantity),
    tax_rates: [],
    test_clock: input.customer.test_clock ?? null,
  }
}
