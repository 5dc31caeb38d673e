import { GaveUp, PatientClient, until } from './patient.ts'
import type { World } from './world.ts'

export const PASSWORD = 'four random words here'
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl jane@laptop'
const BILLING = {
  name: 'Jane Doe',
  addressLine1: 'Hauptstraße 1',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
}

/** What a customer holds in hands at the end: everything here was said by an answer of 2xx. */
export type Purchase = {
  email: string
  client: PatientClient
  orderId: string
  invoiceId: string
  paymentId: string
  serviceId: string
  totalMinor: number
  invoiceNumber: string
  /** What two answers to one request said that should have been the same. */
  contradictions: string[]
}

let customers = 0

/**
 * Buys a server by card as a patient customer would: whatever fails is tried again, with the same key and on the same page,
 * for two minutes. Resolves when the machine is active and the invoice has its number.
 */
export async function buyServer(world: World): Promise<Purchase> {
  const buyer = new Buyer(world, (customers += 1))
  await buyer.register()
  await signIn(buyer.client, buyer.email)
  await buyer.client.tell('PUT', '/me/billing-details', BILLING)
  const placed = await buyer.order()
  const opened = await openPage(buyer.client, placed.invoiceId)
  await payOnPage(opened.url, buyer.email)
  const delivered = await buyer.awaitDelivery(placed)
  return {
    email: buyer.email,
    client: buyer.client,
    contradictions: await buyer.compareRetries(placed, opened),
    orderId: placed.id,
    invoiceId: placed.invoiceId,
    totalMinor: placed.totalMinor,
    paymentId: opened.payment.id,
    ...delivered,
  }
}

export async function signIn(client: PatientClient, email: string): Promise<void> {
  client.token = ''
  const session = await client.tell<{ token: string }>('POST', '/sessions', { email, password: PASSWORD })
  client.token = session.token
}

export type Opened = { payment: { id: string }; url: string }

export const openPage = (client: PatientClient, invoiceId: string): Promise<Opened> =>
  client.tell<Opened>('POST', `/invoices/${invoiceId}/payments`)

/** Pays with a card that is good, on Stripe's own page, which our faults do not reach. */
export async function payOnPage(url: string, email: string): Promise<void> {
  const card = { number: '4242424242424242', expiry: '12 / 44', cvc: '123', name: 'Jane Doe', email }
  const paid = await fetch(url, {
    method: 'POST',
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams(card),
    redirect: 'manual',
  })
  if (paid.status !== 303) throw new GaveUp(`the payment page answered ${paid.status}`)
}

type Order = { id: string; invoiceId: string; totalMinor: number; items: { serviceId: string | null }[] }
type Mail = { ID: string; Subject: string }

class Buyer {
  readonly email: string
  readonly client: PatientClient
  readonly #world: World
  readonly #key: string
  #orderBody: object = {}

  constructor(world: World, number: number) {
    this.#world = world
    this.email = `buyer-${number}-${Date.now().toString(36)}@example.com`
    this.#key = `order-of-${this.email}`
    // The shop counts attempts by address, and these are all of one machine.
    const address = process.platform === 'linux' ? `127.1.${(number >> 7) % 250}.${1 + (number % 128)}` : '127.0.0.1'
    this.client = new PatientClient(world.web, address)
  }

  async register(): Promise<void> {
    const { email } = this
    await this.client.tell('POST', '/users', { email, password: PASSWORD, name: 'Jane Doe', currency: 'EUR' })
    const link = await until('the mail with the link', () => this.#readLink())
    await this.client.tell('POST', '/users/verify-email', { token: link })
  }

  async #readLink(): Promise<string | undefined> {
    const { mail } = this.#world
    const found = await getJson<{ messages: Mail[] }>(
      `${mail}/api/v1/search?query=${encodeURIComponent(`to:${this.email}`)}`,
    )
    for (const { ID } of found.messages) {
      const { Text } = await getJson<{ Text: string }>(`${mail}/api/v1/message/${ID}`)
      const token = /[?&]token=([\w.~-]+)/.exec(Text)?.[1]
      if (token) return token
    }
    return undefined
  }

  async order(): Promise<Order> {
    const items = [
      {
        plan: 'vps-starter',
        period: 'month',
        region: 'fsn1',
        image: 'debian-13',
        hostname: 'web1.example.com',
        sshKey: PUBLIC_KEY,
      },
    ]
    const quote = await this.client.tell<{ token: string }>('POST', '/quotes', { currency: 'EUR', items })
    this.#orderBody = { currency: 'EUR', items, quote: quote.token }
    return this.client.tell<Order>('POST', '/orders', this.#orderBody, this.#key)
  }

  awaitDelivery(order: Order): Promise<{ serviceId: string; invoiceNumber: string }> {
    let seen = ''
    return until(
      () => `the server and the number of the invoice (${seen})`,
      async () => {
        const services = await this.client.tell<{ data: { id: string; state: string }[] }>('GET', '/services')
        const invoice = await this.client.tell<{ state: string; number: string | null }>(
          'GET',
          `/invoices/${order.invoiceId}`,
        )
        const [service] = services.data
        seen = `service ${service?.state ?? 'missing'}, invoice ${invoice.state}`
        if (service?.state === 'failed') throw new GaveUp('the server could not be built')
        if (service?.state !== 'active' || invoice.number === null) return undefined
        return { serviceId: service.id, invoiceNumber: invoice.number }
      },
    )
  }

  /** The same request under the same key is answered as the first time, and one page belongs to one payment. */
  async compareRetries(order: Order, opened: Opened): Promise<string[]> {
    const contradictions: string[] = []
    const again = await this.client.tell<Order>('POST', '/orders', this.#orderBody, this.#key)
    if (again.id !== order.id) contradictions.push(`one key made two orders, ${order.id} and ${again.id}`)
    const { payments } = await this.client.tell<{ payments: { id: string; state: string }[] }>(
      'GET',
      `/invoices/${order.invoiceId}`,
    )
    const told = payments.find((each) => each.id === opened.payment.id)
    if (told?.state !== 'succeeded') contradictions.push(`payment ${opened.payment.id} is ${told?.state ?? 'gone'}`)
    return contradictions
  }
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  return (await answer.json()) as T
}
