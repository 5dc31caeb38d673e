import { type AccountBehaviour, accountOfIban } from './stripe-simulator-accounts.ts'
import { cardOfNumber, cardOfToken, testCards } from './stripe-simulator-cards.ts'
import type { CardBehaviour } from './stripe-simulator-cards.ts'
import type { Customer, Mandate, Memory, PaymentMethod } from './stripe-simulator-memory.ts'
import { newCardRecord, newPaymentMethod } from './stripe-simulator-objects.ts'
import type { CardDetails } from './stripe-simulator-objects.ts'
import { invalid, missing } from './stripe-simulator-refusal.ts'
import { newMandate, newSepaMethod } from './stripe-simulator-sepa.ts'

/** Cards and accounts as payment methods: made, attached to customers, taken away again. */

export function createMethod(memory: Memory, card: CardBehaviour, details: CardDetails): PaymentMethod {
  const method = newPaymentMethod(memory, card, details)
  memory.methods.set(method.id, method)
  memory.cards.set(method.id, newCardRecord(card))
  return method
}

/** A payment method by its id, or a fresh one for an id such as `pm_card_visa`. */
export function takeMethod(memory: Memory, id: string, param = 'payment_method'): PaymentMethod {
  const card = cardOfToken(id)
  if (card) {
    const expiryYear = new Date(memory.nowMs()).getUTCFullYear() + 3
    return createMethod(memory, card, { expiryMonth: 12, expiryYear, name: null, email: null })
  }
  const method = memory.methods.get(id)
  if (!method) throw missing('PaymentMethod', id, param)
  return method
}

export function createAccount(
  memory: Memory,
  account: AccountBehaviour,
  holder: { name: string | null; email: string | null },
): PaymentMethod {
  const method = newSepaMethod(memory, account, holder)
  memory.methods.set(method.id, method)
  memory.cards.set(method.id, { number: account.iban, saved: false, spent: false })
  return method
}

type Behaviour = Pick<CardBehaviour, 'decline' | 'attaches' | 'authentication' | 'disputed'> & {
  saved: boolean
  /** It tells later whether there was money. */
  delayed: boolean
}

/** The behaviour of the card or account behind a method. */
export function behaviourOf(memory: Memory, method: PaymentMethod): Behaviour {
  const { number = '', saved = false } = memory.cards.get(method.id) ?? {}
  // An account that has no money can be saved all the same.
  const account = accountOfIban(number)
  if (account) return { ...account, attaches: true, saved, delayed: true }
  const card = cardOfNumber(number) ?? testCards[0]
  if (!card) throw new Error('there is no test card')
  return { ...card, saved, delayed: false }
}

/** Throws as Stripe does when a method may not be used for this customer. */
export function requireUsable(memory: Memory, method: PaymentMethod, customer: string | null): void {
  if (memory.cards.get(method.id)?.spent)
    throw invalid(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    )
  if (method.customer && method.customer !== customer)
    throw invalid(`The PaymentMethod you provided (${method.id}) belongs to a different Customer.`, {
      param: 'payment_method',
    })
}

/** Keeps a method for a customer; one that is kept already stays as it is. */
export function attachMethod(memory: Memory, method: PaymentMethod, customer: string): PaymentMethod {
  requireUsable(memory, method, customer)
  if (method.customer) return method
  const attached: PaymentMethod = { ...method, customer }
  memory.methods.set(method.id, attached)
  memory.emit('payment_method.attached', attached)
  return attached
}

/** The holder was present when the card was saved, so that a card which asks once asks no more. */
export function markSaved(memory: Memory, methodId: string): void {
  const record = memory.cards.get(methodId)
  if (record) memory.cards.set(methodId, { ...record, saved: true })
}

/** The holder's word that her account may be debited; undefined for cards, which need none. */
export function signMandate(memory: Memory, method: PaymentMethod): Mandate | undefined {
  if (method.type !== 'sepa_debit') return undefined
  const given = memory.mandates.values().find((each) => each.payment_method === method.id)
  const mandate = given ?? newMandate(memory, method)
  if (!given) memory.mandates.set(mandate.id, mandate)
  return mandate
}

export function markSpent(memory: Memory, methodId: string): void {
  const record = memory.cards.get(methodId)
  if (record) memory.cards.set(methodId, { ...record, spent: true })
}

export function detachMethod(memory: Memory, method: PaymentMethod): PaymentMethod {
  if (!method.customer)
    throw invalid('The payment method you provided is not attached to a customer so detachment is impossible.', {
      param: 'payment_method',
    })
  const detached: PaymentMethod = { ...method, customer: null }
  memory.methods.set(method.id, detached)
  markSpent(memory, method.id)
  memory.emit('payment_method.detached', detached, { customer: method.customer })
  return detached
}

/** Which method is used when none is named; null for none. */
export function setDefaultMethod(memory: Memory, customer: Customer, methodId: string | null): Customer {
  const before = customer.invoice_settings
  const updated: Customer = { ...customer, invoice_settings: { ...before, default_payment_method: methodId } }
  memory.customers.set(customer.id, updated)
  memory.emit('customer.updated', updated, {
    invoice_settings: { default_payment_method: before.default_payment_method },
  })
  return updated
}

/** Takes a method away from its customer, who may have paid with it by default. */
export function forgetMethod(memory: Memory, method: PaymentMethod): PaymentMethod {
  const customer = memory.customers.get(method.customer ?? '')
  const detached = detachMethod(memory, method)
  if (customer && !('deleted' in customer) && customer.invoice_settings.default_payment_method === method.id)
    setDefaultMethod(memory, customer, null)
  return detached
}

/** What the card network says of a saved card by itself: that it is valid for longer. */
export function renewCard(memory: Memory, id: string, { month, year }: { month: number; year: number }): void {
  const method = takeMethod(memory, id)
  if (!method.card) return
  const { exp_month, exp_year } = method.card
  const renewed: PaymentMethod = { ...method, card: { ...method.card, exp_month: month, exp_year: year } }
  memory.methods.set(id, renewed)
  memory.emit('payment_method.automatically_updated', renewed, { card: { exp_month, exp_year } })
}
