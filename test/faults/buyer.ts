import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { World } from './world.ts'

const PATIENCE_MS = 120_000
const RETRY_MS = 250
const PASSWORD = 'four random words here'
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl jane@laptop'
const BILLING = {
  name: 'Jane Doe',
  addressLine1: 'Hauptstraße 1',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
}

export type Answer = { status: number; text: string }

/** What a customer holds in hands at the end: everything here was said by an answer of 2xx. */
export type Purchase = {
  email: string
  token: string
  orderId: string
  invoiceId: string
  paymentId: string
  serviceId: string
  totalMinor: number
  pageUrl: string
  invoiceNumber: string
  /** What two answers to one request said that should have been the same. */
  contradictions: string[]
}

/** Thrown when the customer gave up; the message tells at what. */
export class GaveUp extends Error {}

let customers = 0

/**
 * Buys a server by card as a patient customer would: whatever fails is tried again, with the same key and on the same page,
 * for two minutes. Resolves when the machine is active and the invoice has its number; `paid` hears when the card is charged.
 */
export async function buyServer(world: World, paid: () => void): Promise<Purchase> {
  const buyer = new Buyer(world, (customers += 1))
  await buyer.register()
  await buyer.signIn()
  await buyer.tell('PUT', '/me/billing-details', BILLING)
  const placed = await buyer.order()
  const opened = await buyer.openPage(placed.invoiceId)
  await buyer.payOnPage(opened.url)
  paid()
  const delivered = await buyer.awaitDelivery(placed)
  await buyer.compareRetries(placed, opened)
  return {
    email: buyer.email,
    token: buyer.token,
    contradictions: buyer.contradictions,
    orderId: placed.id,
    invoiceId: placed.invoiceId,
    totalMinor: placed.totalMinor,
    paymentId: opened.payment.id,
    pageUrl: opened.url,
    ...delivered,
  }
}

type Order = { id: string; invoiceId: string; totalMinor: number; items: { serviceId: string | null }[] }
type Opened = { payment: { id: string }; url: string }
type Mail = { ID: string; Subject: string }

class Buyer {
  readonly email: string
  readonly contradictions: string[] = []
  token = ''
  readonly #world: World
  readonly #address: string
  readonly #key: string
  #orderBody: object = {}

  constructor(world: World, number: number) {
    this.#world = world
    this.email = `buyer-${number}-${Date.now().toString(36)}@example.com`
    this.#key = `order-of-${this.email}`
    // The shop counts attempts by address, and these are all of one machine.
    this.#address = process.platform === 'linux' ? `127.1.${(number >> 7) % 250}.${1 + (number % 128)}` : '127.0.0.1'
  }

  async register(): Promise<void> {
    const { email } = this
    await this.tell('POST', '/users', { email, password: PASSWORD, name: 'Jane Doe', currency: 'EUR' })
    const link = await this.until('the mail with the link', () => this.#readLink())
    await this.tell('POST', '/users/verify-email', { token: link })
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

  async signIn(): Promise<void> {
    const session = await this.tell<{ token: string }>('POST', '/sessions', { email: this.email, password: PASSWORD })
    this.token = session.token
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
    const quote = await this.tell<{ token: string }>('POST', '/quotes', { currency: 'EUR', items })
    this.#orderBody = { currency: 'EUR', items, quote: quote.token }
    return this.tell<Order>('POST', '/orders', this.#orderBody, this.#key)
  }

  openPage = (invoiceId: string): Promise<Opened> => this.tell<Opened>('POST', `/invoices/${invoiceId}/payments`)

  /** Stripe's own page, which our faults do not reach. */
  async payOnPage(url: string): Promise<void> {
    const card = { number: '4242424242424242', expiry: '12 / 44', cvc: '123', name: 'Jane Doe', email: this.email }
    const paid = await fetch(url, {
      method: 'POST',
      headers: { origin: new URL(url).origin },
      body: new URLSearchParams(card),
      redirect: 'manual',
    })
    if (paid.status !== 303) throw new GaveUp(`the payment page answered ${paid.status}`)
  }

  awaitDelivery(order: Order): Promise<{ serviceId: string; invoiceNumber: string }> {
    let seen = ''
    return this.until(
      () => `the server and the number of the invoice (${seen})`,
      async () => {
        const services = await this.tell<{ data: { id: string; state: string }[] }>('GET', '/services')
        const invoice = await this.tell<{ state: string; number: string | null }>('GET', `/invoices/${order.invoiceId}`)
        const [service] = services.data
        seen = `service ${service?.state ?? 'missing'}, invoice ${invoice.state}`
        if (service?.state === 'failed') throw new GaveUp('the server could not be built')
        if (service?.state !== 'active' || invoice.number === null) return undefined
        return { serviceId: service.id, invoiceNumber: invoice.number }
      },
    )
  }

  /** The same request under the same key is answered as the first time, and one page belongs to one payment. */
  async compareRetries(order: Order, opened: Opened): Promise<void> {
    const again = await this.tell<Order>('POST', '/orders', this.#orderBody, this.#key)
    if (again.id !== order.id) this.contradictions.push(`one key made two orders, ${order.id} and ${again.id}`)
    const { payments } = await this.tell<{ payments: { id: string; state: string }[] }>(
      'GET',
      `/invoices/${order.invoiceId}`,
    )
    const told = payments.find((each) => each.id === opened.payment.id)
    if (told?.state !== 'succeeded')
      this.contradictions.push(`payment ${opened.payment.id} is ${told?.state ?? 'gone'}`)
  }

  /** Asks until there is an answer of 2xx, and gives its body. Any other refusal than "later" ends it. */
  async tell<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
    const answer = await this.until(`an answer to ${method} ${path}`, async () => {
      const got = await this.#ask(method, path, body, key).catch(() => undefined)
      if (!got || got.status >= 500 || got.status === 429 || /idempotency_key_in_use/.test(got.text)) return undefined
      if (got.status >= 400) throw new GaveUp(`${method} ${path} was refused: ${got.status} ${got.text.slice(0, 300)}`)
      return got
    })
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T
  }

  #ask(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body)
    return new Promise((done, failed) => {
      const asking = request(
        `${this.#world.web}/api/v1${path}`,
        {
          method,
          agent: false,
          localAddress: this.#address,
          timeout: 60_000,
          headers: {
            ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
            'content-length': String(Buffer.byteLength(text)),
          },
        },
        (answer) => {
          const pieces: Buffer[] = []
          answer.on('data', (piece: Buffer) => pieces.push(piece))
          answer.once('error', failed)
          answer.once('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }))
        },
      )
      asking.once('error', failed).once('timeout', () => asking.destroy(new Error('no answer')))
      asking.end(text)
    })
  }

  async until<T>(what: string | (() => string), look: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      if (performance.now() > deadline)
        throw new GaveUp(`waited two minutes for ${typeof what === 'string' ? what : what()}`)
      await pause(RETRY_MS)
    }
  }
}

async function getJson<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  return (await answer.json()) as T
}
