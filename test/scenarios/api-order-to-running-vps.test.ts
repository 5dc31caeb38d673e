import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { TOKEN_SCOPES } from '#modules/accounts/api-token.ts'
import { apiClient, payOnHostedPage, PUBLIC_KEY, vpsItem } from '#test/support/api-client.ts'
import { readXml, textAt } from '#test/support/read-xml.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const email = 'jane@example.com'
const password = 'four random words here'

type Order = { id: string; state: string; invoiceId: string; totalMinor: number; items: { serviceId: string | null }[] }
type Invoice = {
  state: string
  number: string | null
  payable: boolean
  totalMinor: number
  lines: { description: string; periodStart: string | null }[]
  payments: { state: string; amountMinor: number }[]
}
type Service = {
  state: string
  addresses: { address: string; family: number }[]
  status: { live: boolean; power: string }
  actions: string[]
  progress: { live: boolean; steps: { state: string }[] } | null
}

test('a program signs up, orders a server, pays, and switches it off and on, over the API alone', async () => {
  const stranger = apiClient(app)

  const registered = await stranger.post('/users', { email, password, name: 'Jane Doe', currency: 'EUR' })
  assert.equal(registered.status, 202)
  await app.work()
  const mail = await app.mail.waitFor((each) => each.to.some((to) => to.address === email))
  const token = /[?&]token=([\w.~-]+)/.exec(mail.text)?.[1]
  assert.equal((await stranger.post('/users/verify-email', { token })).status, 200)

  const session = await stranger.post<{ token: string; expiresAt: string }>('/sessions', { email, password })
  assert.equal(session.status, 201)
  const jane = apiClient(app, session.body.token)
  const me = await jane.get<{ email: string; emailVerifiedAt: string | null }>('/me')
  assert.equal(me.body.email, email)
  assert.ok(me.body.emailVerifiedAt)

  const made = await jane.post<{ token: string }>('/api-tokens', { name: 'Deploy script', scopes: TOKEN_SCOPES })
  const program = apiClient(app, made.body.token)

  const details = {
    name: 'Jane Doe',
    addressLine1: 'Hauptstraße 1',
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
  }
  assert.equal((await program.send('PUT', '/me/billing-details', details)).status, 200)

  const items = [vpsItem({ sshKey: PUBLIC_KEY, options: [{ code: 'backups', quantity: 1 }] })]
  const quote = await program.post<{ token: string; totalMinor: number }>('/quotes', { currency: 'EUR', items })
  assert.equal(quote.status, 200)

  const order = await program.post<Order>(
    '/orders',
    { currency: 'EUR', items, quote: quote.body.token },
    { 'idempotency-key': 'first-order' },
  )
  assert.equal(order.status, 201)
  assert.equal(order.body.totalMinor, quote.body.totalMinor)
  assert.equal(order.body.state, 'pending')

  const invoicePath = `/invoices/${order.body.invoiceId}`
  const proForma = await program.get<Invoice>(invoicePath)
  assert.equal(proForma.body.number, null)
  assert.equal(proForma.body.payable, true)
  const early = await program.get<{ code: string }>(`${invoicePath}/xml`)
  assert.deepEqual([early.status, early.body.code], [409, 'invoice_not_electronic'])

  const payment = await program.post<{ payment: { id: string }; url: string }>(`${invoicePath}/payments`)
  assert.equal(payment.status, 201)
  const paid = await payOnHostedPage(app, payment.body.url)
  assert.ok(paid.location?.includes('/portal/invoices/'))
  await app.work()

  const settled = await program.get<{ state: string }>(`/payments/${payment.body.payment.id}`)
  assert.equal(settled.body.state, 'succeeded')
  const invoice = await program.get<Invoice>(invoicePath)
  assert.equal(invoice.body.state, 'paid')
  assert.match(invoice.body.number ?? '', /-000001$/)
  assert.equal(invoice.body.lines.length, 2)
  assert.deepEqual(
    invoice.body.payments.map(({ state, amountMinor }) => [state, amountMinor]),
    [['succeeded', quote.body.totalMinor]],
  )

  const fulfilled = await program.get<Order>(`/orders/${order.body.id}`)
  assert.equal(fulfilled.body.state, 'active')
  const servicePath = `/services/${fulfilled.body.items[0]?.serviceId}`
  const service = await program.get<Service>(servicePath)
  assert.equal(service.body.state, 'active')
  assert.equal(service.body.status.power, 'running')
  assert.equal(service.body.status.live, true)
  assert.match(service.body.addresses[0]?.address ?? '', /^\d+\.\d+\.\d+\.\d+$/)
  assert.ok(service.body.progress?.steps.every((step) => step.state === 'done'))
  assert.ok(service.body.actions.includes('shutdown'))

  const off = await program.post<{ id: string }>(`${servicePath}/actions`, { action: 'shutdown' })
  assert.equal(off.status, 202)
  await app.work()
  assert.equal((await program.get<Service>(servicePath)).body.status.power, 'stopped')
  await program.post(`${servicePath}/actions`, { action: 'start' })
  await app.work()
  assert.equal((await program.get<Service>(servicePath)).body.status.power, 'running')
  const actions = await program.get<{ data: { action: string; state: string }[] }>(`${servicePath}/actions`)
  assert.deepEqual(
    actions.body.data.map(({ action, state }) => [action, state]),
    [
      ['start', 'done'],
      ['shutdown', 'done'],
    ],
  )

  const pdf = await program.get<string>(`${invoicePath}/pdf`)
  assert.equal(pdf.status, 200)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.match(pdf.body, /^%PDF-1\./)
  const electronic = await program.get<string>(`${invoicePath}/xml`)
  assert.equal(electronic.headers.get('content-type'), 'application/xml')
  assert.equal(textAt(readXml(electronic.body), 'cbc:ID'), invoice.body.number)
})
