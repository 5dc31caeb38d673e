import type { Memory } from './stripe-simulator-memory.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'

/** Lists with cursors, and ids replaced by what they stand for. */

type Identified = { id: string }
type Paging = { limit?: number | undefined; starting_after?: string | undefined; ending_before?: string | undefined }
type Created =
  | number
  | { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined }

export type StripeList<T> = { object: 'list'; data: T[]; has_more: boolean; url: string }

/** `items` oldest first, as they are kept; the page is newest first. */
export function listPage<T extends Identified>(items: T[], paging: Paging, url: string): StripeList<T> {
  const newestFirst = items.toReversed()
  const limit = paging.limit ?? 10
  const cursor = paging.starting_after ?? paging.ending_before
  const at = newestFirst.findIndex((item) => item.id === cursor)
  if (cursor !== undefined && at < 0)
    throw missing('object', cursor, paging.starting_after ? 'starting_after' : 'ending_before')
  if (paging.ending_before && !paging.starting_after) {
    const start = Math.max(0, at - limit)
    return { object: 'list', data: newestFirst.slice(start, at), has_more: start > 0, url }
  }
  const rest = cursor === undefined ? newestFirst : newestFirst.slice(at + 1)
  return { object: 'list', data: rest.slice(0, limit), has_more: rest.length > limit, url }
}

export function wasCreated(at: number, asked: Created | undefined): boolean {
  if (asked === undefined) return true
  if (typeof asked === 'number') return at === asked
  return (
    (asked.gt === undefined || at > asked.gt) &&
    (asked.gte === undefined || at >= asked.gte) &&
    (asked.lt === undefined || at < asked.lt) &&
    (asked.lte === undefined || at <= asked.lte)
  )
}

/** Which fields hold ids that may be expanded, and where those are found. */
function finders(memory: Memory): Record<string, (id: string) => object | undefined> {
  const intents = (id: string): object | undefined => memory.intents.get(id)
  const charges = (id: string): object | undefined => memory.charges.get(id)
  const methods = (id: string): object | undefined => memory.methods.get(id)
  return {
    customer: (id) => memory.customers.get(id),
    payment_intent: intents,
    latest_charge: charges,
    charge: charges,
    payment_method: methods,
    default_payment_method: methods,
    setup_intent: (id) => memory.setups.get(id),
    balance_transaction: (id) => memory.balance.get(id),
    failure_balance_transaction: (id) => memory.balance.get(id),
    mandate: (id) => memory.mandates.get(id),
    subscription: (id) => memory.subscriptions.get(id),
    latest_invoice: (id) => memory.invoices.get(id),
    invoice: (id) => memory.invoices.get(id),
    product: (id) => memory.products.get(id),
    price: (id) => memory.prices.get(id),
    test_clock: (id) => memory.clocks.get(id),
    configuration: (id) => memory.portalConfigurations.get(id),
  }
}

const refused = (path: string): Error =>
  invalid(`This property cannot be expanded (${path}).`, { code: 'property_not_expandable', param: 'expand' })

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What an invoice only shows when it is asked for. */
function expandInvoice(memory: Memory, invoice: Record<string, unknown>, field: string): void {
  const payments = memory.invoicePayments.values().filter((each) => each.invoice === invoice['id'])
  if (field === 'payments') invoice[field] = listPage(structuredClone(payments), { limit: 100 }, '/v1/invoice_payments')
  if (field !== 'confirmation_secret') return
  const intent = memory.intents.get(payments.findLast((each) => each.status === 'open')?.payment.payment_intent ?? '')
  invoice[field] = intent?.client_secret ? { client_secret: intent.client_secret, type: 'payment_intent' } : null
}

function expandField(memory: Memory, node: Record<string, unknown>, field: string, rest: string[], path: string): void {
  if (field === 'line_items' && node['object'] === 'checkout.session') {
    const lines = memory.sessions.get(String(node['id']))?.lineItems ?? []
    node['line_items'] = listPage(
      lines.toReversed(),
      { limit: 100 },
      `/v1/checkout/sessions/${String(node['id'])}/line_items`,
    )
    return
  }
  if (node['object'] === 'invoice') expandInvoice(memory, node, field)
  const held = node[field]
  // A charge only names its method, it never shows it.
  if (held === undefined || (node['object'] === 'charge' && field === 'payment_method')) throw refused(path)
  if (typeof held === 'string') {
    const found = finders(memory)[field]?.(held)
    if (!found) throw refused(path)
    node[field] = structuredClone(found)
  } else if (rest.length === 0 && held !== null && !isObject(held)) throw refused(path)
  if (rest.length > 0) expandPath(memory, node[field], rest, path)
}

function expandPath(memory: Memory, node: unknown, parts: string[], path: string): void {
  if (Array.isArray(node)) {
    for (const item of node) expandPath(memory, item, parts, path)
    return
  }
  const [field, ...rest] = parts
  if (!isObject(node) || field === undefined) return
  if (field === 'data' && node['object'] === 'list') expandPath(memory, node['data'], rest, path)
  else expandField(memory, node, field, rest, path)
}

/** A copy of an answer with the named ids replaced by their objects. Throws Stripe's 400 for what cannot be expanded. */
export function expandAnswer(memory: Memory, answer: object, paths: string[] = []): object {
  const copy = structuredClone(answer)
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > 4) throw invalid('You cannot expand more than 4 levels of a property.', { param: 'expand' })
    expandPath(memory, copy, parts, path)
  }
  return copy
}
