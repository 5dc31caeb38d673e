import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { suspendService } from '#modules/provisioning/suspend-service.ts'
import { terminateService } from '#modules/provisioning/terminate-service.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { tester } from '#test/support/builders.ts'
import { assertSound, failedServer, signedInStaff } from '#test/support/staff.ts'
import { readXml, textAt } from '#test/support/read-xml.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

type Guest = { visitor: Visitor; customer: TestCustomer }

/** Somebody with billing details who has signed in through the page, without scripts. */
async function signedInCustomer(): Promise<Guest> {
  const customer = await buildCustomer(app)
  const visitor = createVisitor(app)
  const home = await (await visitor.open('/login')).press('Log in', { email: customer.email, password: PASSWORD })
  assert.equal(home.url.pathname, '/portal')
  return { visitor, customer }
}

/** Pays an order of theirs over the API and works until nothing is left to do. */
async function bought({ customer }: Guest): Promise<{ serviceId: string; invoiceId: string; orderId: string }> {
  const { id: orderId, invoiceId } = await buildOrder(customer)
  const page = await customer.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const order = await customer.api.get<{ items: { serviceId: string }[] }>(`/orders/${orderId}`)
  return { serviceId: order.body.items[0]!.serviceId, invoiceId, orderId }
}

test('a new customer is shown the first steps, orders, pays from the home page and reads the numbered invoice', async () => {
  const { visitor, customer } = await signedInCustomer()
  const fresh = await visitor.open('/portal')
  assertSound(fresh)
  assert.match(fresh.text, /Your first server in three steps/)
  assert.match(fresh.text, /Your billing details are complete/)
  assert.equal(fresh.link('See the plans'), '/pricing')
  assert.match((await visitor.open('/portal/services')).text, /No servers yet/)
  assert.match((await visitor.open('/portal/invoices')).text, /No invoices yet/)

  const { invoiceId } = await buildOrder(customer)
  const home = await visitor.open('/portal')
  assert.match(home.text, /€9\.00 waits for your payment/)
  assert.match(home.headers.get('content-security-policy') ?? '', /form-action 'self' http/)
  const gateway = await home.press('Pay now')
  assert.notEqual(gateway.url.origin, app.config.publicUrl)
  const proForma = await visitor.open(`/portal/invoices/${invoiceId}`)
  assertSound(proForma)
  assert.match(proForma.text, /Pro forma invoice \w{8} Unpaid/)
  assert.match(proForma.text, /Payment page opened, not completed yet/)
  assert.match(proForma.text, /VPS Starter.*Subtotal €7\.56 VAT 19 % €1\.44 Total €9\.00/)
  assert.match((await proForma.press('Pay now')).url.href, new RegExp(gateway.url.pathname))

  const paid = await payOnHostedPage(app, gateway.url.href)
  assert.match(paid.location ?? '', /\/orders\/ord_\w+\/done\?from=payment$/)
  const waiting = await visitor.open(`/portal/invoices/${invoiceId}?from=payment`)
  assert.match(waiting.text, /We are waiting for our payment partner/)
  await app.work()
  const invoice = await visitor.open(`/portal/invoices/${invoiceId}?from=payment`)
  assert.match(invoice.text, /Invoice EZ-2\d{3}-\d{6} Paid/)
  assert.match(invoice.text, /Paid by card €9\.00/)
  assert.ok(!invoice.text.includes('Pay now'))
  assert.equal((await visitor.open(`/portal/invoices/${invoiceId}/pay`)).url.pathname, `/portal/invoices/${invoiceId}`)
  const pdf = await visitor.open(`/portal/invoices/${invoiceId}/pdf`)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.match(pdf.html, /^%PDF-1\./)
  const electronic = await visitor.open(`/portal/invoices/${invoiceId}/xml`)
  assert.match(electronic.headers.get('content-type') ?? '', /^application\/xml/)
  const payable = textAt(readXml(electronic.html), 'cac:LegalMonetaryTotal/cbc:PayableAmount')
  assert.equal(payable, '0.00', 'it is paid')
  const settled = await visitor.open('/portal')
  assert.match(settled.text, /Servers 1 Running now 1 To pay Nothing Next payment €9\.00 on /)
})

test('a server’s page tells how to log in, and an action is shown as done only when the host says so', async () => {
  const guest = await signedInCustomer()
  const { visitor } = guest
  const { serviceId } = await bought(guest)
  const running = await visitor.open(`/portal/services/${serviceId}`)
  assertSound(running)
  assert.match(running.text, /web1\.example\.com Running/)
  assert.match(running.text, /Log in with ssh debian@203\.0\.113\.\d+/)
  assert.match(running.text, /Next payment €9\.00 on .*every month/)
  assert.match(running.text, /Force stop web1\.example\.com\? This is like pulling the plug/)
  assert.match(running.text, /Activity Ready .* Setup began .* Ordered and paid/)

  const asked = await running.press('Shut down')
  assert.match(asked.text, /web1\.example\.com Running .*Shutting the server down/)
  assert.ok(!asked.html.includes('value="restart"'), 'nothing else is offered meanwhile')
  const refused = await running.press('Restart')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /That is not possible now .*Shutting the server down/)

  await app.work()
  const stopped = await visitor.open(`/portal/services/${serviceId}`)
  assert.match(stopped.text, /web1\.example\.com Stopped/)
  assert.match(stopped.text, /Switched off .* Shutdown asked for by you/)

  app.proxmox.breakNode('fsn1-pve1')
  app.proxmox.breakNode('fsn1-pve2')
  const silent = await visitor.open(`/portal/services/${serviceId}`)
  app.proxmox.repairNode('fsn1-pve1')
  app.proxmox.repairNode('fsn1-pve2')
  assert.match(silent.text, /web1\.example\.com Unknown .*The host does not answer at the moment\. Last seen Stopped/)
})

test('a server on its way, suspended or ended says what that means and what to do', async () => {
  const guest = await signedInCustomer()
  const { id, invoiceId } = await buildOrder(guest.customer)
  const page = await guest.customer.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const order = await guest.customer.api.get<{ items: { serviceId: string }[] }>(`/orders/${id}`)
  const serviceId = order.body.items[0]!.serviceId
  const address = `/portal/services/${serviceId}`

  await suspendService(app, tester, { serviceId, reason: 'non_payment' })
  await app.work()
  const suspended = await guest.visitor.open(address)
  assert.match(suspended.text, /Suspended .*The reason is an unpaid invoice/)
  assert.equal(suspended.link('See open invoices'), '/portal/invoices?state=open')
  assert.match((await guest.visitor.open('/portal')).text, /web1\.example\.com is suspended/)

  await terminateService(app, tester, { serviceId })
  await app.work()
  const ended = await guest.visitor.open(address)
  assertSound(ended)
  assert.match(ended.text, /This server has ended .*was removed/)
  assert.ok(!ended.text.includes('Next payment'))
})

test('a server that could not be built says the truth and what happens to the money', async () => {
  const guest = await signedInCustomer()
  const failed = await failedServer(app)
  await app.db
    .updateTable('services')
    .set({ customerId: guest.customer.actor.customerId })
    .where('id', '=', failed.serviceId)
    .execute()
  const page = await guest.visitor.open(`/portal/services/${failed.serviceId}`)
  assertSound(page)
  assert.match(page.text, /could not be set up .*Everything begun was removed again\..*Your money is safe/)
  assert.ok(!page.text.includes('ceph'), 'the host’s own words are for staff')
  assert.match((await guest.visitor.open('/portal')).text, /could not be set up Your money is safe/)
})

test('a refused card is told in words, and a cancelled order leaves a void invoice with nothing to pay', async () => {
  const { visitor, customer } = await signedInCustomer()
  const { id: orderId, invoiceId } = await buildOrder(customer)
  const gateway = await (await visitor.open(`/portal/invoices/${invoiceId}`)).press('Pay now')
  await payOnHostedPage(app, gateway.url.href, '4000000000009995')
  await app.work()
  const refused = await visitor.open(`/portal/invoices/${invoiceId}`)
  assert.match(refused.text, /The last attempt did not work There is not enough money on the card/)

  await cancelOrder(app, customer.actor, { orderId, reason: 'by_customer' })
  await app.work()
  const voided = await visitor.open(`/portal/invoices/${invoiceId}`)
  assert.match(voided.text, /Void .*There is nothing to pay/)
  assert.ok(!voided.text.includes('Pay now'))
})

test('when the payment partner is silent, the page says that nothing was charged and offers to try again', async () => {
  const { visitor, customer } = await signedInCustomer()
  const { invoiceId } = await buildOrder(customer)
  const page = await visitor.open(`/portal/invoices/${invoiceId}`)
  app.stripe.simulation.faults.push({ path: '', times: 20, action: { kind: 'drop', afterActing: false } })
  const silent = await page.press('Pay now')
  app.stripe.simulation.faults.length = 0
  assert.equal(silent.status, 503)
  assert.match(silent.text, /could not be reached\. Nothing was charged/)
  assert.notEqual((await silent.press('Continue to payment')).url.origin, app.config.publicUrl)
})

test('lists are searched, narrowed and paged', async () => {
  const guest = await signedInCustomer()
  await bought(guest)
  const { visitor } = guest
  assert.match((await visitor.open('/portal/services?q=WEB1')).text, /web1\.example\.com State Running Address 203\./)
  assert.match((await visitor.open('/portal/services?q=nothing')).text, /Nothing matches these filters/)
  assert.match((await visitor.open('/portal/services?state=failed')).text, /Nothing matches these filters/)
  assert.match((await visitor.open('/portal/invoices?state=paid')).text, /EZ-2\d{3}-\d{6} State Paid/)
  assert.match((await visitor.open('/portal/invoices?state=open')).text, /Nothing matches these filters/)
  assert.equal((await visitor.open('/portal/invoices?after=%00&q=%00&state=%00')).status, 200)

  for (let order = 0; order < 50; order += 1) await buildOrder(guest.customer)
  const first = await visitor.open('/portal/invoices')
  assert.ok(!/EZ-2\d{3}-/.test(first.text), 'the oldest is on the second page')
  const second = await visitor.open(first.link('Older'))
  assert.match(second.text, /EZ-2\d{3}-\d{6} State Paid/)
  assert.ok(second.link('Back to the newest'))
})

test('another customer’s server or invoice looks exactly like one that does not exist', async () => {
  const owner = await signedInCustomer()
  const { serviceId, invoiceId } = await bought(owner)
  const { visitor } = await signedInCustomer()
  const nobody = '0'.repeat(26)
  const pairs = [
    [`/portal/services/${serviceId}`, `/portal/services/svc_${nobody}`],
    [`/portal/invoices/${invoiceId}`, `/portal/invoices/inv_${nobody}`],
    [`/portal/invoices/${invoiceId}/pay`, `/portal/invoices/inv_${nobody}/pay`],
    [`/portal/invoices/${invoiceId}/xml`, `/portal/invoices/inv_${nobody}/xml`],
    [`/portal/invoices/${invoiceId}/pdf`, `/portal/invoices/inv_${nobody}/pdf`],
  ] as const
  const missing = (await visitor.open('/portal/nowhere')).text
  assert.match(missing, /This page does not exist/)
  for (const pair of pairs) {
    const [foreign, absent] = await Promise.all(pair.map((address) => visitor.open(address)))
    assert.equal(foreign!.status, 404, pair[0])
    assert.equal(absent!.status, 404, pair[1])
    assert.equal(absent!.text, missing, pair[1])
    assert.equal(foreign!.text, missing, pair[0])
  }
  for (const address of ['/portal/services/%00', '/portal/invoices/1', `/portal/services/${invoiceId}`])
    assert.equal((await visitor.open(address)).status, 404, address)
})

test('another customer’s server takes no action and another’s invoice opens no payment page', async () => {
  const owner = await signedInCustomer()
  const { serviceId } = await bought(owner)
  const { invoiceId } = await buildOrder(owner.customer)
  const { visitor } = await signedInCustomer()
  for (const [address, body] of [
    [`/portal/services/${serviceId}`, 'action=stop'],
    [`/portal/invoices/${invoiceId}/pay`, ''],
  ] as const) {
    const answer = await fetch(app.origin + address, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `__Host-session=${visitor.cookie('__Host-session')}`,
      },
    })
    assert.equal(answer.status, 404, address)
  }
  await app.work()
  assert.match((await owner.visitor.open(`/portal/services/${serviceId}`)).text, /web1\.example\.com Running/)
})

test('strangers sign in first and come back, staff are led to their own pages', async () => {
  const page = await createVisitor(app).open('/portal/invoices?state=open')
  assert.equal(page.url.pathname + page.url.search, `/login?next=${encodeURIComponent('/portal/invoices?state=open')}`)
  const staff = await signedInStaff(app, 'support')
  assert.equal((await staff.open('/portal/services')).url.pathname, '/staff')
})
