import assert from 'node:assert/strict'
import { problemsOf } from '#api/openapi.ts'
import { routes } from '#api/routes.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { updateBillingDetails } from '#modules/accounts/update-billing-details.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import type { TestApp } from './test-app.ts'

export type Answer<T = Record<string, unknown>> = { status: number; headers: Headers; body: T }
type Issue = { path: string; message: string }
export type ProblemAnswer = Answer<{
  code: string
  detail: string
  status: number
  requestId: string
  issues?: Issue[]
}>

export type ApiClient = {
  get<T>(path: string, headers?: Record<string, string>): Promise<Answer<T>>
  send<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
}

/** Calls the API of a test app as a program would; `token` is sent as a bearer token. */
export function apiClient(app: Pick<TestApp, 'fetch'>, token?: string): ApiClient {
  async function send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await app.fetch(
      new Request(`http://localhost:8080/api/v1${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    if (response.status >= 400) requireDocumented(method, path, text)
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T }
  }
  return {
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
  }
}

/** A refusal that the OpenAPI document says nothing of is a fault of the document. */
function requireDocumented(method: string, path: string, text: string): void {
  const { code, status } = JSON.parse(text) as { code: string; status: number }
  assert.ok(status < 500 || code !== 'internal', `${method} ${path} answered ${status}`)
  const [pathname = ''] = path.split('?')
  const route = routes.find(
    (each) =>
      each.method === method.toLowerCase() &&
      new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  )
  if (route)
    assert.ok(
      problemsOf(route).some((each) => each === code),
      `${route.operationId} does not tell of ${code}`,
    )
}

export const PASSWORD = 'four random words here'
export const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl jane@laptop'

export type TestCustomer = {
  email: string
  actor: Extract<Actor, { kind: 'user' }>
  sessionToken: string
  api: ApiClient
}

let made = 0

/** Somebody who registered, signed in and gave billing details. */
export async function buildCustomer(app: TestApp): Promise<TestCustomer> {
  const email = `buyer-${(made += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password: PASSWORD, name: 'Jane Doe', locale: 'en', currency: 'EUR' })
  const session = await signIn(app, anonymous, { email, password: PASSWORD })
  const actor = session.actor as TestCustomer['actor']
  await updateBillingDetails(app, actor, {
    name: 'Jane Doe',
    company: null,
    addressLine1: 'Hauptstraße 1',
    addressLine2: null,
    postalCode: '10115',
    city: 'Berlin',
    region: null,
    country: 'DE',
    vatId: null,
  })
  return { email, actor, sessionToken: session.token, api: apiClient(app, session.token) }
}

/** The least that can be ordered. */
export const vpsItem = (overrides: object = {}): object => ({
  plan: 'vps-starter',
  period: 'month',
  region: 'fsn1',
  image: 'debian-13',
  hostname: 'web1.example.com',
  sshKey: PUBLIC_KEY,
  ...overrides,
})

/** Quotes and orders one server; gives the order's and the invoice's id. */
export async function buildOrder({ api }: Pick<TestCustomer, 'api'>): Promise<{ id: string; invoiceId: string }> {
  const items = [vpsItem()]
  const quote = await api.post<{ token: string }>('/quotes', { currency: 'EUR', items })
  const order = await api.post<{ id: string; invoiceId: string }>('/orders', {
    currency: 'EUR',
    items,
    quote: quote.body.token,
  })
  return order.body
}

/** Types a card into the gateway's hosted page, as a person would, and gives where it leads afterwards. */
export async function payOnHostedPage(
  { stripe }: Pick<TestApp, 'stripe'>,
  url: string,
  number = '4242424242424242',
): Promise<{ status: number; location: string | null }> {
  const page = await stripe.fetch(url)
  if (page.status !== 200) throw new Error(`The payment page answered ${page.status}`)
  const paid = await stripe.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
    body: new URLSearchParams({
      number,
      expiry: '12 / 44',
      cvc: '123',
      name: 'Jane Doe',
      email: 'jane@example.com',
    }).toString(),
    redirect: 'manual',
  })
  return { status: paid.status, location: paid.headers.get('location') }
}
