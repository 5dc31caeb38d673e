import type { App } from '#app/app.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import type { Invoice } from '#modules/billing/invoice.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import type { Payment } from '#modules/billing/payment.ts'
import type { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import type { Order } from '#modules/orders/order.ts'
import { placeOrder, type PlaceOrderInput } from '#modules/orders/place-order.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { type Actor, system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import type { TestApp } from './test-app.ts'
import { memberAs } from './actors.ts'

/** Builders make the least that is valid; a test states only what matters to it. */
export const tester: Actor = system('test')

export type Buyer = { customer: Customer; actor: Extract<Actor, { kind: 'user' }> }
export type Bought = Buyer & { order: Order; invoice: Invoice }

export const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl jane@laptop'

/** One configured server of the demo catalogue. */
export const buildItem = (overrides: Partial<ItemConfiguration> = {}): ItemConfiguration => ({
  plan: 'vps-starter',
  period: 'month',
  region: 'fsn1',
  image: 'debian-13',
  hostname: 'web1',
  sshKey: SSH_KEY,
  options: [],
  ...overrides,
})

/** A customer with billing details and the user who acts for them. */
export async function buildCustomer(app: App, overrides: Partial<Customer> = {}): Promise<Buyer> {
  const customer = await app.transaction(tester, (tx) =>
    tx.db
      .insertInto('customers')
      .values({
        id: newId('cus'),
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        addressLine1: 'Hauptstraße 1',
        postalCode: '10115',
        city: 'Berlin',
        country: 'DE',
        currency: 'EUR',
        locale: 'en',
        membersNeedSecondFactor: false,
        autoPay: true,
        createdAt: tx.now,
        updatedAt: tx.now,
        ...overrides,
      })
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
  return { customer, actor: memberAs(customer.id, newId('usr')) }
}

/** What a buyer sends after they saw the total. */
export async function quoted(
  app: App,
  { customer }: Pick<Buyer, 'customer'>,
  overrides: Partial<PlaceOrderInput> = {},
): Promise<PlaceOrderInput> {
  const wanted = { currency: 'EUR', items: [buildItem()], ...overrides }
  const { token } = await computeQuote(app, {
    ...wanted,
    customerId: customer.id,
    buyer: await findTaxBuyer(app, memberAs(customer.id, newId('usr'))),
  })
  return { quote: token, idempotencyKey: newId('req'), ...wanted }
}

/** An order waiting for its payment, with the pro forma that asks for it. */
export async function buildOrder(
  app: App,
  overrides: Partial<PlaceOrderInput> & { buyer?: Buyer } = {},
): Promise<Bought> {
  const { buyer = await buildCustomer(app), ...input } = overrides
  const order = await placeOrder(app, buyer.actor, await quoted(app, buyer, input))
  return { ...buyer, order, invoice: await getInvoice(app, buyer.actor, order.invoiceId) }
}

/** An invoice that asks to be paid. */
export const buildInvoice = async (app: App): Promise<Invoice> => (await buildOrder(app)).invoice

/** The page on which an invoice is paid, opened and not yet used. */
export async function buildPaymentPage(
  app: App,
  { actor, invoice }: Pick<Bought, 'actor' | 'invoice'>,
): Promise<Payment & { sessionId: string }> {
  const paths = { returnPath: '/portal', cancelPath: '/portal' }
  const { payment } = await openPaymentPage(app, actor, { invoiceId: invoice.id, ...paths })
  return { ...payment, sessionId: payment.sessionId! }
}

/** Money has moved and the gateway's messages are stored; none of them has been worked yet. */
export async function buildCapturedOrder(
  app: TestApp,
  overrides: Parameters<typeof buildOrder>[1] = {},
): Promise<Bought & { payment: Payment & { sessionId: string } }> {
  const bought = await buildOrder(app, overrides)
  const payment = await buildPaymentPage(app, bought)
  app.stripe.pay(payment.sessionId)
  await app.stripe.settled()
  return { ...bought, payment }
}

/** An order that was paid and delivered, as it stands when nothing is left to do. */
export async function buildPaidOrder(
  app: TestApp,
  overrides: Parameters<typeof buildOrder>[1] = {},
): Promise<Bought & { payment: Payment }> {
  const bought = await buildCapturedOrder(app, overrides)
  await app.work()
  return bought
}
