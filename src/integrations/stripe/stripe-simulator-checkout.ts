import type { AccountBehaviour } from './stripe-simulator-accounts.ts'
import type { CardBehaviour } from './stripe-simulator-cards.ts'
import { realCardInTestMode } from './stripe-simulator-cards.ts'
import { finishDebit } from './stripe-simulator-debits.ts'
import type {
  Memory,
  PaymentIntent,
  PaymentMethod,
  Session,
  SessionRecord,
  SetupIntent,
} from './stripe-simulator-memory.ts'
import { createAccount, createMethod } from './stripe-simulator-methods.ts'
import { newCustomer, newPaymentIntent, newSetupIntent } from './stripe-simulator-objects.ts'
import type { ParamsOf } from './stripe-simulator-params.ts'
import { attemptPayment, cancelIntent, finishAuthentication } from './stripe-simulator-payments.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'
import { newSession, readLines } from './stripe-simulator-session.ts'
import { attemptSetup, cancelSetup, finishSetup } from './stripe-simulator-setups.ts'

/** The life of a hosted page: opened, paid on, left alone until it closes. */

export function createSession(memory: Memory, input: ParamsOf<'sessionCreate'>): Session {
  const customer = input.customer ? memory.customers.get(input.customer) : undefined
  if (input.customer && (!customer || 'deleted' in customer)) throw missing('customer', input.customer, 'customer')
  if (input.customer && input.customer_email)
    throw invalid('You may only specify one of these parameters: customer, customer_email.', { param: 'customer' })
  const lineItems = readLines(memory, input)
  const object = newSession(memory, input, lineItems)
  const record: SessionRecord = {
    id: object.id,
    object,
    lineItems,
    intent: {
      metadata: input.payment_intent_data?.metadata ?? {},
      description: input.payment_intent_data?.description ?? null,
      keepCard: input.payment_intent_data?.setup_future_usage ?? null,
    },
  }
  if (input.mode === 'setup') object.setup_intent = openSetup(memory, object, input).id
  memory.sessions.set(object.id, record)
  return object
}

function openSetup(memory: Memory, session: Session, input: ParamsOf<'sessionCreate'>): SetupIntent {
  const about = input.setup_intent_data
  const setup = newSetupIntent(memory, {
    customer: session.customer,
    description: about?.description ?? null,
    metadata: about?.metadata ?? {},
    usage: 'off_session',
  })
  memory.setups.set(setup.id, setup)
  memory.emit('setup_intent.created', setup)
  return setup
}

/** The session as it stands now: one whose time has passed closes before anybody sees it. */
export function currentSession(memory: Memory, id: string): SessionRecord | undefined {
  const record = memory.sessions.get(id)
  if (record?.object.status !== 'open' || record.object.expires_at > memory.now()) return record
  return closeSession(memory, record)
}

function save(memory: Memory, record: SessionRecord, change: Partial<Session>): SessionRecord {
  const saved = { ...record, object: { ...record.object, ...change } }
  memory.sessions.set(record.id, saved)
  return saved
}

function closeSession(memory: Memory, record: SessionRecord): SessionRecord {
  const closed = save(memory, record, { status: 'expired', url: null })
  const intent = memory.intents.get(record.object.payment_intent ?? '')
  if (intent && intent.status !== 'succeeded' && intent.status !== 'canceled') cancelIntent(memory, intent, 'automatic')
  const setup = memory.setups.get(record.object.setup_intent ?? '')
  if (setup && setup.status !== 'succeeded' && setup.status !== 'canceled') cancelSetup(memory, setup, 'abandoned')
  memory.emit('checkout.session.expired', closed.object)
  return closed
}

export function expireSession(memory: Memory, id: string): Session {
  const record = currentSession(memory, id)
  if (!record) throw missing('checkout.session', id)
  if (record.object.status !== 'open')
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${record.object.status}.`,
    )
  return closeSession(memory, record).object
}

/** Closes every session whose time has passed; answers when the next one will, in ms, if any is open. */
export function closeDueSessions(memory: Memory): number | undefined {
  const open = memory.sessions.values().filter((record) => record.object.status === 'open')
  for (const record of open) currentSession(memory, record.id)
  const left = open.map((record) => record.object.expires_at).filter((at) => at > memory.now())
  return left.length > 0 ? Math.min(...left) * 1000 : undefined
}

/** A card or account as typed; undefined for a number that belongs to no test card. */
type TypedMethod =
  | { kind: 'card'; card: CardBehaviour | undefined; expiryMonth: number; expiryYear: number }
  | { kind: 'sepa_debit'; account: AccountBehaviour }

export type PaidWith = TypedMethod & { name: string; email: string }

/** Throws for a card that is none of ours. */
export function makeMethod(memory: Memory, paid: PaidWith): PaymentMethod {
  if (paid.kind === 'sepa_debit') return createAccount(memory, paid.account, paid)
  if (!paid.card) throw invalid(realCardInTestMode.message, { code: realCardInTestMode.code })
  return createMethod(memory, paid.card, paid)
}

function payer(memory: Memory, record: SessionRecord, paid: PaidWith): SessionRecord {
  const { object } = record
  const existing = memory.customers.get(object.customer ?? '')
  const known = existing && !('deleted' in existing) ? existing : undefined
  const details = {
    address: null,
    business_name: null,
    email: known?.email ?? object.customer_email ?? (paid.email || null),
    individual_name: null,
    name: paid.name,
    phone: null,
    tax_exempt: 'none' as const,
    tax_ids: [],
  }
  const needed = object.customer_creation === 'always' || record.intent.keepCard !== null
  if (object.customer || !needed) return save(memory, record, { customer_details: details })
  const made = { ...newCustomer(memory), email: details.email, name: details.name }
  memory.customers.set(made.id, made)
  memory.emit('customer.created', made)
  return save(memory, record, { customer: made.id, customer_details: details })
}

function openIntent(memory: Memory, record: SessionRecord): PaymentIntent {
  const existing = memory.intents.get(record.object.payment_intent ?? '')
  if (existing) return existing
  const intent = newPaymentIntent(memory, {
    amount: record.object.amount_total ?? 0,
    currency: record.object.currency ?? '',
    customer: record.object.customer,
    description: record.intent.description,
    metadata: record.intent.metadata,
    keepCard: record.intent.keepCard,
  })
  memory.intents.set(intent.id, intent)
  memory.emit('payment_intent.created', intent)
  return intent
}

/**
 * A person submits the page. Answers the session as it stands then; one that is no longer open is left alone, so that a
 * second click pays nothing. Throws the 402 of a refused card.
 */
export function submitSession(memory: Memory, id: string, paid: PaidWith): SessionRecord {
  const record = currentSession(memory, id)
  if (!record) throw missing('checkout.session', id)
  if (record.object.status !== 'open') return record
  const method = makeMethod(memory, paid)
  const ready = payer(memory, record, paid)
  if (ready.object.mode === 'setup') {
    const setup = memory.setups.get(ready.object.setup_intent ?? '')
    if (!setup) throw missing('setup_intent', String(ready.object.setup_intent))
    return settle(memory, ready, attemptSetup(memory, { ...setup, customer: ready.object.customer }, method))
  }
  const intent = openIntent(memory, ready)
  const trying = save(memory, ready, { payment_intent: intent.id })
  return settle(memory, trying, attemptPayment(memory, intent, method, { offSession: false }))
}

/** Completes the session once its money has moved or its card is kept. */
function settle(memory: Memory, record: SessionRecord, outcome: PaymentIntent | SetupIntent): SessionRecord {
  // A direct debit is on its way: the page has done its part, and tells later whether it was paid.
  const delayed = outcome.status === 'processing'
  if (outcome.status !== 'succeeded' && !delayed) return record
  const paid = record.object.mode === 'payment' && !delayed ? ({ payment_status: 'paid' } as const) : {}
  const complete = save(memory, record, { status: 'complete', url: null, ...paid })
  memory.emit('checkout.session.completed', complete.object)
  return complete
}

/** The bank has told about a direct debit, which may have been begun on a page. */
export function settleDebit(memory: Memory, intentId: string): void {
  const intent = finishDebit(memory, intentId)
  const record = memory.sessions.values().find(({ object }) => object.payment_intent === intentId)
  if (!intent || record?.object.status !== 'complete') return
  const paid = intent.status === 'succeeded'
  const told = paid ? save(memory, record, { payment_status: 'paid' }) : record
  memory.emit(`checkout.session.async_payment_${paid ? 'succeeded' : 'failed'}`, told.object)
}

/** The holder has answered her bank, on the page of this session. */
export function authenticateSession(memory: Memory, id: string, passed: boolean): SessionRecord {
  const record = currentSession(memory, id)
  if (!record) throw missing('checkout.session', id)
  if (record.object.status !== 'open') return record
  const intent = memory.intents.get(record.object.payment_intent ?? '')
  if (intent) return settle(memory, record, finishAuthentication(memory, intent, passed))
  const setup = memory.setups.get(record.object.setup_intent ?? '')
  return setup ? settle(memory, record, finishSetup(memory, setup, passed)) : record
}

/** Whether the holder is being asked by her bank right now. */
export function awaitsHolder(memory: Memory, record: SessionRecord): boolean {
  const { payment_intent: intent, setup_intent: setup } = record.object
  const statuses = [memory.intents.get(intent ?? '')?.status, memory.setups.get(setup ?? '')?.status]
  return record.object.status === 'open' && statuses.includes('requires_action')
}
