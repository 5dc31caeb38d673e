import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { assertSound, boughtServer, signedInStaff } from '#test/support/staff.ts'
import { readXml, textAt } from '#test/support/read-xml.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'

test('staff see the whole story of an order, in English and in German', async () => {
  const visitor = await signedInStaff(app, 'admin')
  const { serviceId, hostname, orderId, invoiceId, customerId } = await boughtServer(app)
  const order = await visitor.open(`/staff/orders/${orderId}`)
  for (const step of ['Choose a node', 'Copy the image', 'Wait until it answers'])
    assert.match(order.text, new RegExp(step))
  assert.match(order.text, /Payment received/)

  const invoice = await visitor.open(order.link('EZ-2026-000001'))
  assert.match(invoice.text, /19 %.*Subtotal.*Total/)
  const customer = await visitor.open(`/staff/customers/${customerId}`)
  assert.match(customer.text, new RegExp(`${hostname}.*Your server is ready`))

  const lists = 'search?q=host customers orders invoices services procedures jobs jobs?view=dead jobs?view=done events'
  const objects = `customers/${customerId} orders/${orderId} invoices/${invoiceId} services/${serviceId} catalog developer`
  for (const address of `${lists} ${objects}`.split(' ')) assertSound(await visitor.open(`/staff/${address}`))
  const pdf = await visitor.open(`/staff/invoices/${invoiceId}/pdf`)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.match(pdf.html, /^%PDF-/)
  const electronic = await visitor.open(invoice.link('E-invoice (XML)'))
  assert.equal(electronic.headers.get('content-disposition'), 'attachment; filename="EZ-2026-000001.xml"')
  assert.equal(textAt(readXml(electronic.html), 'cbc:ID'), 'EZ-2026-000001')

  const german = { cookie: `__Host-session=${visitor.cookie('__Host-session')}; locale=de`, accept: 'text/html' }
  const answer = await app.fetch(
    new Request(`${app.config.publicUrl}/staff/services/${serviceId}`, { headers: german }),
  )
  const html = await answer.text()
  assert.match(html, /Gefahrenzone/)
  assert.match(html, /Was geschah/)
})

test('to strangers and customers the staff area does not exist', async () => {
  const stranger = await createVisitor(app).open('/staff/customers')
  assert.equal(stranger.url.pathname, '/login')
  assert.equal(stranger.url.searchParams.get('next'), '/staff/customers')
  const visitor = createVisitor(app)
  const registered = await (
    await visitor.open('/register?next=/cart')
  ).press('Create account', {
    name: 'Curious',
    email: 'curious@example.com',
    password,
  })
  assert.equal(registered.status, 200)
  await app.work()
  const mail = await app.mail.waitFor((each) => each.recipients.includes('curious@example.com'))
  await (await visitor.open(/\/verify-email\?token=[\w.~%-]+/.exec(mail.text)![0])).press('Confirm')
  assert.ok(visitor.cookie('__Host-session'))
  assert.equal((await visitor.open('/staff/customers')).status, 404)
})

test('an area a role lacks looks like an area that is not there', async () => {
  const support = await signedInStaff(app, 'support')
  const home = await support.open('/staff')
  assert.throws(() => home.link('Jobs'), /no link/)
  assert.ok(home.link('Procedures'))
  const [lacking, missing] = [await support.open('/staff/jobs'), await support.open('/staff/nothing')]
  assert.deepEqual([lacking.status, missing.status], [404, 404])
  assert.equal(lacking.text.includes('This page does not exist'), missing.text.includes('This page does not exist'))

  const billing = await signedInStaff(app, 'billing')
  assert.equal((await billing.open('/staff/procedures')).status, 404)
  const { serviceId } = await boughtServer(app)
  assert.match((await billing.open(`/staff/services/${serviceId}`)).text, /Your role does not include this/)
  assert.equal((await billing.open('/staff/services/svc_00000000000000000000000000')).status, 404)
})

test('whatever is typed into the search leads to its page', async () => {
  const visitor = await signedInStaff(app, 'support')
  const { serviceId, hostname, orderId, invoiceId, customerId } = await boughtServer(app)
  const { rows } = await listServices(app, tester, { limit: 1, customerId })
  const { number } = await app.db
    .selectFrom('invoices')
    .select('number')
    .where('id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const leads = async (q: string): Promise<string> =>
    (await visitor.open(`/staff/search?q=${encodeURIComponent(q)}`)).url.pathname
  assert.equal(await leads(orderId), `/staff/orders/${orderId}`)
  assert.equal(await leads(customerId), `/staff/customers/${customerId}`)
  assert.equal(await leads(hostname), `/staff/services/${serviceId}`)
  assert.equal(await leads(rows[0]!.addresses[0]!), `/staff/services/${serviceId}`)
  assert.equal(await leads(number!), `/staff/invoices/${invoiceId}`)
  assert.equal(await leads('svc_00000000000000000000000000'), '/staff/search')

  const several = await visitor.open('/staff/search?q=host-')
  assert.ok(several.text.includes(hostname))
  assert.match((await visitor.open('/staff/search?q=%25%25%25')).text, /Nothing found for “%%%”/)
})

test('lists are filtered, ordered and paged by their address, and say when nothing matches', async () => {
  const visitor = await signedInStaff(app, 'support')
  for (let more = 0; more < 51; more += 1)
    await buildCustomer(app, { name: `Paged ${more}`, email: `paged${more}@example.com` })
  const first = await visitor.open('/staff/customers?q=paged&sort=name')
  assert.match(first.text, /Paged 0/)
  const second = await visitor.open(new URL(first.link('Older'), first.url).href)
  const shown = (page: VisitedPage): number => new Set(page.html.match(/\/staff\/customers\/cus_\w+/g)).size
  assert.deepEqual([shown(first), shown(second)], [50, 1])
  assert.match(second.url.search, /q=paged.*after=/)

  const { customerId } = await boughtServer(app)
  const own = await visitor.open(`/staff/orders?customer=${customerId}`)
  assert.match(own.text, /Only what belongs to Buyer/)
  const nothing = await visitor.open('/staff/orders?q=nobody-has-this-name')
  assert.match(nothing.text, /Nothing matches these filters Clear filters/)
})

test('the event log tells what changed and who did it, and is searched by all three', async () => {
  const visitor = await signedInStaff(app, 'admin')
  const { invoiceId } = await boughtServer(app)
  const log = await visitor.open(`/staff/events?subject=${invoiceId}&name=invoice.paid&actor=billing`)
  assert.match(log.text, /Invoice paid.*state: open → paid.*System: billing/)
  assert.doesNotMatch(log.text, /state: pending → /)
  const none = await visitor.open(`/staff/events?subject=${invoiceId}&name=service`)
  assert.match(none.text, /Nothing matches these filters/)
})

test('a source that is down takes its own card from the board and no other', async () => {
  const visitor = await signedInStaff(app, 'support')
  app.proxmox.simulation.faults.push({
    path: '/cluster/resources',
    times: 50,
    action: { kind: 'answer', status: 500, afterActing: false },
  })
  const board = await visitor.open('/staff')
  app.proxmox.simulation.faults.length = 0
  assertSound(board)
  assert.match(board.text, /Nodes cannot be read right now/)
  assert.match(board.text, /Orders today/)
})
