import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { getOrder } from '#modules/orders/orders-queries.ts'
import { getService, listServices } from '#modules/provisioning/provisioning-queries.ts'
import type { StaffRole } from '#platform/actor.ts'
import { buildCustomer, buildItem, buildOrder, buildPaidOrder, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'

async function signedInStaff(role: StaffRole): Promise<Visitor> {
  const email = `${role}-${people++}@example.com`
  await createStaff(app, tester, { email, name: `Sam ${role}`, role, password, locale: 'en' })
  const visitor = createVisitor(app)
  const login = await visitor.open('/login')
  const home = await login.press('Log in', { email, password })
  assert.equal(home.url.pathname, '/staff')
  return visitor
}
let people = 0

let names = 0
/** A server that runs, bought and paid by a customer of its own. */
async function boughtServer(): Promise<{
  serviceId: string
  hostname: string
  orderId: string
  invoiceId: string
  customerId: string
}> {
  const hostname = `host-${(names += 1)}.example.com`
  const buyer = await buildCustomer(app, { name: `Buyer ${names}`, email: `buyer${names}@example.com` })
  const { order, customer } = await buildPaidOrder(app, { buyer, items: [buildItem({ hostname })] })
  const { rows } = await listServices(app, tester, { limit: 1, customerId: customer.id })
  return { serviceId: rows[0]!.id, hostname, orderId: order.id, invoiceId: order.invoiceId, customerId: customer.id }
}

/** Every copy of a template is refused until the cause is put right. */
function refuseCopies(): () => void {
  const { faults } = app.proxmox.simulation
  const body = JSON.stringify({
    errors: { storage: "storage 'ceph' does not exist" },
    message: 'Parameter verification failed.',
  })
  faults.push({
    method: 'POST',
    path: '/clone',
    times: 100,
    action: { kind: 'answer', status: 400, body, afterActing: false },
  })
  return () => {
    faults.length = 0
  }
}

async function failedServer(): ReturnType<typeof boughtServer> {
  const repair = refuseCopies()
  const server = await boughtServer()
  repair()
  return server
}

const stateOf = async (serviceId: string): Promise<string> => (await getService(app, tester, serviceId)).state

function assertSound(page: VisitedPage, status = 200): void {
  assert.equal(page.status, status, `${page.url}`)
  assert.doesNotMatch(page.html, / style="/, `${page.url} has a style attribute`)
  assert.match(page.headers.get('content-security-policy') ?? '', /style-src 'self'/)
  assert.equal(page.headers.get('cache-control'), 'private, no-store')
}

test('staff see the whole story of an order, in English and in German', async () => {
  const visitor = await signedInStaff('admin')
  const { serviceId, hostname, orderId, invoiceId, customerId } = await boughtServer()
  const order = await visitor.open(`/staff/orders/${orderId}`)
  for (const step of ['Choose a node', 'Copy the image', 'Wait until it answers'])
    assert.match(order.text, new RegExp(step))
  assert.match(order.text, /Payment received/)

  const invoice = await visitor.open(order.link('EZ-2026-000001'))
  assert.match(invoice.text, /19 %.*Subtotal.*Total/)
  const customer = await visitor.open(`/staff/customers/${customerId}`)
  assert.match(customer.text, new RegExp(`${hostname}.*Your server is ready`))

  const addresses = [
    ...['', '/search?q=host', '/customers', `/customers/${customerId}`, '/orders', `/orders/${orderId}`],
    ...['/invoices', `/invoices/${invoiceId}`, '/services', `/services/${serviceId}`, '/procedures', '/jobs'],
    ...['/jobs?view=dead', '/jobs?view=done', '/events', '/catalog', '/developer'],
  ]
  for (const address of addresses) assertSound(await visitor.open(`/staff${address}`))
  const pdf = await visitor.open(`/staff/invoices/${invoiceId}/pdf`)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.match(pdf.html, /^%PDF-/)

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

test('support looks at everything of a server and is offered nothing that changes it', async () => {
  const visitor = await signedInStaff('support')
  const { serviceId, hostname } = await boughtServer()
  const page = await visitor.open(`/staff/services/${serviceId}`)
  assert.match(page.text, new RegExp(hostname))
  for (const verb of ['terminate', 'suspend', 'stop', 'restart'])
    assert.ok(!page.html.includes(`value="${verb}"`), verb)

  for (const form of [`do=terminate&confirmation=${hostname}`, 'do=suspend&reason=abuse&note=because', 'do=stop']) {
    const refused = await post(visitor, `/staff/services/${serviceId}`, form)
    assert.equal(refused.status, 403, form)
  }
  await app.work()
  assert.equal(await stateOf(serviceId), 'active')
})

test('an area a role lacks looks like an area that is not there', async () => {
  const support = await signedInStaff('support')
  const home = await support.open('/staff')
  assert.throws(() => home.link('Jobs'), /no link/)
  assert.ok(home.link('Procedures'))
  const [lacking, missing] = [await support.open('/staff/jobs'), await support.open('/staff/nothing')]
  assert.deepEqual([lacking.status, missing.status], [404, 404])
  assert.equal(lacking.text.includes('This page does not exist'), missing.text.includes('This page does not exist'))

  const billing = await signedInStaff('billing')
  assert.equal((await billing.open('/staff/procedures')).status, 404)
  const { serviceId } = await boughtServer()
  assert.match((await billing.open(`/staff/services/${serviceId}`)).text, /Your role does not include this/)
  assert.equal((await billing.open('/staff/services/svc_00000000000000000000000000')).status, 404)
})

test('a suspension needs a reason in words, switches the machine off, and is lifted again', async () => {
  const visitor = await signedInStaff('operations')
  const { serviceId } = await boughtServer()
  const address = `/staff/services/${serviceId}`
  const page = await visitor.open(address)
  const refused = await page.press('Suspend', { reason: 'abuse', note: '' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Please say why/)
  assert.match(refused.html, /<option value="abuse" selected=""/)

  const asked = await refused.press('Suspend', { reason: 'abuse', note: 'Sends spam' })
  assert.match(asked.text, /It is under way/)
  assert.ok(!asked.html.includes('value="terminate"'), 'nothing else may be asked for meanwhile')
  await app.work()
  const suspended = await visitor.open(address)
  assert.match(suspended.text, /Suspended for: Abuse.*Sends spam/)
  assert.equal(await stateOf(serviceId), 'suspended')

  await suspended.press('Resume')
  await app.work()
  assert.equal(await stateOf(serviceId), 'active')
})

test('a server is terminated only by typing its name', async () => {
  const visitor = await signedInStaff('operations')
  const { serviceId, hostname } = await boughtServer()
  const page = await visitor.open(`/staff/services/${serviceId}`)
  const refused = await page.press('Terminate', { confirmation: 'host' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, new RegExp(`What was typed is not “${hostname}”`))
  await app.work()
  assert.equal(await stateOf(serviceId), 'active')

  await refused.press('Terminate', { confirmation: hostname })
  await app.work()
  assert.equal(await stateOf(serviceId), 'terminated')
  assert.match((await visitor.open(`/staff/services/${serviceId}`)).text, /Server terminated/)
})

test('a server that failed stands on the board with its cause, and Retry builds it', async () => {
  const visitor = await signedInStaff('operations')
  const { serviceId, hostname, orderId } = await failedServer()
  assert.equal(await stateOf(serviceId), 'failed')
  const board = await visitor.open('/staff')
  assert.match(board.text, new RegExp(`Servers that could not be set up.*${hostname}.*storage 'ceph' does not exist`))
  const order = await visitor.open(`/staff/orders/${orderId}`)
  assert.match(order.text, /Setup failed at “Copy the image” and was undone/)

  const retried = await board.press('Retry')
  assert.match(retried.text, /It will be tried again in a moment/)
  await app.work()
  assert.equal(await stateOf(serviceId), 'active')
  const late = await board.press('Retry')
  assert.equal(late.status, 409)
  assert.match(late.text, /That was not done This service is active/)
})

test('a job that was set aside is retried once, by those who may', async () => {
  const { serviceId } = await boughtServer()
  const { rows } = await sql<{ id: string }>`
    insert into queue.job (name, data, output) select 'dead', data, '{"message":"Error: the mail server was down"}'
    from queue.job where data->'payload'->>'subjectId' = ${serviceId} limit 1 returning id`.execute(app.db)
  const form = `do=retry&what=job&id=${rows[0]!.id}`
  const billing = await signedInStaff('billing')
  const seen = await billing.open('/staff/jobs?view=dead')
  assert.match(seen.text, /the mail server was down/)
  assert.ok(!seen.html.includes('value="retry"'))
  assert.equal((await post(billing, '/staff/jobs', form)).status, 403)

  const operations = await signedInStaff('operations')
  const retried = await (await operations.open('/staff/jobs?view=dead')).press('Retry')
  assert.match(retried.text, /Nothing is set aside/)
  const again = await post(operations, '/staff/jobs', form)
  assert.equal(again.status, 404)
  assert.match(again.text, /There is no such job set aside/)
  await app.work()
})

test('billing takes an unpaid order back; support cannot', async () => {
  const { order } = await buildOrder(app)
  const address = `/staff/orders/${order.id}`
  const support = await signedInStaff('support')
  assert.ok(!(await support.open(address)).html.includes('value="cancel"'))
  assert.equal((await post(support, address, 'do=cancel')).status, 403)
  assert.equal((await getOrder(app, tester, order.id)).state, 'pending')

  const billing = await signedInStaff('billing')
  const cancelled = await (await billing.open(address)).press('Cancel order')
  assert.match(cancelled.text, /The order is cancelled/)
  assert.match(cancelled.text, /staff took it back/)
  assert.equal((await getOrder(app, tester, order.id)).state, 'cancelled')
})

test('whatever is typed into the search leads to its page', async () => {
  const visitor = await signedInStaff('support')
  const { serviceId, hostname, orderId, invoiceId, customerId } = await boughtServer()
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
  assert.match(several.text, /host-1\.example\.com/)
  assert.match((await visitor.open('/staff/search?q=%25%25%25')).text, /Nothing found for “%%%”/)
})

test('lists are filtered, ordered and paged by their address, and say when nothing matches', async () => {
  const visitor = await signedInStaff('support')
  for (let more = 0; more < 51; more += 1)
    await buildCustomer(app, { name: `Paged ${more}`, email: `paged${more}@example.com` })
  const first = await visitor.open('/staff/customers?q=paged&sort=name')
  assert.match(first.text, /Paged 0/)
  const second = await visitor.open(new URL(first.link('Older'), first.url).href)
  const shown = (page: VisitedPage): number => new Set(page.html.match(/\/staff\/customers\/cus_\w+/g)).size
  assert.deepEqual([shown(first), shown(second)], [50, 1])
  assert.match(second.url.search, /q=paged.*after=/)

  const { customerId } = await boughtServer()
  const own = await visitor.open(`/staff/orders?customer=${customerId}`)
  assert.match(own.text, /Only what belongs to Buyer/)
  const nothing = await visitor.open('/staff/orders?q=nobody-has-this-name')
  assert.match(nothing.text, /Nothing matches these filters Clear filters/)
})

test('the event log tells what changed and who did it, and is searched by all three', async () => {
  const visitor = await signedInStaff('admin')
  const { invoiceId } = await boughtServer()
  const log = await visitor.open(`/staff/events?subject=${invoiceId}&name=invoice.paid&actor=billing`)
  assert.match(log.text, /Invoice paid.*state: open → paid.*System: billing/)
  assert.doesNotMatch(log.text, /state: pending → /)
  const none = await visitor.open(`/staff/events?subject=${invoiceId}&name=service`)
  assert.match(none.text, /Nothing matches these filters/)
})

test('a source that is down takes its own card from the board and no other', async () => {
  const visitor = await signedInStaff('support')
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

test('developers move the clock forward, back, and nowhere else', async () => {
  const visitor = await signedInStaff('admin')
  const page = await visitor.open('/staff/developer')
  assert.match(page.text, /In step with the wall clock.*try-the-portal/)
  const refused = await page.press('Move the clock', { by: 'soon' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Give a time span forward/)
  const moved = await page.press('1 day')
  assert.match(moved.text, /The clock is moved.*1 day 0 min ahead/)
  assert.ok(app.clock.offsetSeconds() >= 86_400)
  const back = await moved.press('Back to the present')
  assert.match(back.text, /In step with the wall clock/)

  const checked = await back.press('Run the checks')
  assert.match(checked.text, /checks ran\. Nothing is broken/)
  const support = await signedInStaff('support')
  assert.match((await support.open('/staff/developer')).text, /Only administrators can move the clock/)
  assert.equal((await post(support, '/staff/developer', 'do=move&by=P1D')).status, 403)
  assert.equal(app.clock.offsetSeconds(), 0)
})

/** What a form made by hand gets for an answer. */
async function post(visitor: Visitor, address: string, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(app.origin + address, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `__Host-session=${visitor.cookie('__Host-session')}`,
    },
  })
  return { status: response.status, text: await response.text() }
}
