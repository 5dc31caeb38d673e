import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { getOrder } from '#modules/orders/orders-queries.ts'
import { buildOrder, tester } from '#test/support/builders.ts'
import {
  boughtServer,
  failedServer,
  postByHand,
  serviceState,
  signedInStaff,
  staffAtTheDoor,
} from '#test/support/staff.ts'
import { switchOn } from '#test/support/totp-app.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

test('support looks at everything of a server and is offered nothing that changes it', async () => {
  const visitor = await signedInStaff(app, 'support')
  const { serviceId, hostname } = await boughtServer(app)
  const page = await visitor.open(`/staff/services/${serviceId}`)
  assert.match(page.text, new RegExp(hostname))
  for (const verb of ['terminate', 'suspend', 'stop', 'restart'])
    assert.ok(!page.html.includes(`value="${verb}"`), verb)

  for (const form of [`do=terminate&confirmation=${hostname}`, 'do=suspend&reason=abuse&note=because', 'do=stop']) {
    const refused = await postByHand(app, visitor, `/staff/services/${serviceId}`, form)
    assert.equal(refused.status, 403, form)
  }
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'active')
})

test('a suspension needs a reason in words, switches the machine off, and is lifted again', async () => {
  const visitor = await signedInStaff(app, 'operations')
  const { serviceId } = await boughtServer(app)
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
  assert.equal(await serviceState(app, serviceId), 'suspended')

  await suspended.press('Resume')
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'active')
})

test('a power action is queued and told; the order goes on showing the setup', async () => {
  const visitor = await signedInStaff(app, 'operations')
  const { serviceId, orderId } = await boughtServer(app)
  const asked = await (await visitor.open(`/staff/services/${serviceId}`)).press('Shut down')
  assert.match(asked.text, /It is under way/)
  await app.work()
  const page = await visitor.open(`/staff/services/${serviceId}`)
  assert.match(page.text, /Power action Completed/)
  assert.ok(page.html.includes('value="start"'))
  assert.match((await visitor.open(`/staff/orders/${orderId}`)).text, /Set up a server: host-.*Copy the image/)
})

test('a server is terminated only by typing its name', async () => {
  const visitor = await signedInStaff(app, 'operations')
  const { serviceId, hostname } = await boughtServer(app)
  const page = await visitor.open(`/staff/services/${serviceId}`)
  const refused = await page.press('Terminate', { confirmation: 'host' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, new RegExp(`What was typed is not “${hostname}”`))
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'active')

  await refused.press('Terminate', { confirmation: hostname })
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'terminated')
  assert.match((await visitor.open(`/staff/services/${serviceId}`)).text, /Server terminated/)
})

test('a server that failed stands on the board with its cause, and Retry builds it', async () => {
  const visitor = await signedInStaff(app, 'operations')
  const { serviceId, hostname, orderId } = await failedServer(app)
  assert.equal(await serviceState(app, serviceId), 'failed')
  const board = await visitor.open('/staff')
  assert.match(board.text, new RegExp(`Servers that could not be set up.*${hostname}.*storage 'ceph' does not exist`))
  const order = await visitor.open(`/staff/orders/${orderId}`)
  assert.match(order.text, /Setup failed at “Copy the image” and was undone/)

  const retried = await board.press('Retry')
  assert.match(retried.text, /It will be tried again in a moment/)
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'active')
  const late = await board.press('Retry')
  assert.equal(late.status, 409)
  assert.match(late.text, /That was not done This service is active/)
})

test('a job that was set aside is retried once, by those who may', async () => {
  const { serviceId } = await boughtServer(app)
  const { rows } = await sql<{ id: string }>`
    insert into queue.job (name, data, output) select 'dead', data, '{"message":"Error: the mail server was down"}'
    from queue.job where data->'payload'->>'subjectId' = ${serviceId} limit 1 returning id`.execute(app.db)
  const form = `do=retry&what=job&id=${rows[0]!.id}`
  const billing = await signedInStaff(app, 'billing')
  const seen = await billing.open('/staff/jobs?view=dead')
  assert.match(seen.text, /the mail server was down/)
  assert.ok(!seen.html.includes('value="retry"'))
  assert.equal((await postByHand(app, billing, '/staff/jobs', form)).status, 403)

  const operations = await signedInStaff(app, 'operations')
  const retried = await (await operations.open('/staff/jobs?view=dead')).press('Retry')
  assert.match(retried.text, /Nothing is set aside/)
  const again = await postByHand(app, operations, '/staff/jobs', form)
  assert.equal(again.status, 404)
  assert.match(again.text, /There is no such job set aside/)
  await app.work()
})

test('billing takes an unpaid order back; support cannot', async () => {
  const { order } = await buildOrder(app)
  const address = `/staff/orders/${order.id}`
  const support = await signedInStaff(app, 'support')
  assert.ok(!(await support.open(address)).html.includes('value="cancel"'))
  assert.equal((await postByHand(app, support, address, 'do=cancel')).status, 403)
  assert.equal((await getOrder(app, tester, order.id)).state, 'pending')

  const billing = await signedInStaff(app, 'billing')
  const cancelled = await (await billing.open(address)).press('Cancel order')
  assert.match(cancelled.text, /The order is cancelled/)
  assert.match(cancelled.text, /staff took it back/)
  assert.equal((await getOrder(app, tester, order.id)).state, 'cancelled')
})

test('developers move the clock forward, back, and nowhere else', async () => {
  const visitor = await signedInStaff(app, 'admin')
  const page = await visitor.open('/staff/developer')
  assert.match(page.text, /In step with the wall clock.*try-the-portal/)
  const refused = await page.press('Move the clock', { by: 'soon' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Give a time span forward/)
  const moved = await page.press('1 day')
  assert.match(moved.text, /1 day ahead.*The clock is moved/)
  assert.ok(app.clock.offsetSeconds() >= 86_400)
  const back = await moved.press('Back to the present')
  assert.match(back.text, /In step with the wall clock/)

  const checked = await back.press('Run the checks')
  assert.match(checked.text, /checks ran\. Nothing is broken/)
  const support = await signedInStaff(app, 'support')
  assert.match((await support.open('/staff/developer')).text, /Only administrators can move the clock/)
  assert.equal((await postByHand(app, support, '/staff/developer', 'do=move&by=P1D')).status, 403)
  assert.equal(app.clock.offsetSeconds(), 0)
})

test('in production our people need a second factor, and there are no developer tools, for administrators neither', async () => {
  const production = await createTestApp(
    {
      EZ_MODE: 'production',
      TRUSTED_PROXIES: '127.0.0.1,::1',
      PUBLIC_URL: 'https://shop.hosting.test',
      DATABASE_URL: 'postgresql://hosting.test/shop',
      SECRET_KEY: 'q8Zr2Lw9Xk4Tn6Vb1Yc3Mh5Jd7Gs0Pf2',
      STRIPE_SECRET_KEY: 'sk_test_q8Zr2Lw9Xk4Tn6Vb1Yc3Mh5J',
      STRIPE_WEBHOOK_SECRET: 'whsec_q8Zr2Lw9Xk4Tn6Vb1Yc3Mh5J',
      PROXMOX_URLS: 'https://pve.hosting.test:8006',
      PROXMOX_TOKEN_ID: 'ez@pve!shop',
      PROXMOX_TOKEN_SECRET: '6f1c9a52-7b3e-4d08-9e2f-1a5b8c7d4e90',
    },
    { web: true, addresses: true },
  )
  try {
    const { visitor, home, password } = await staffAtTheDoor(production, 'admin')
    assert.equal(home.url.pathname, '/staff/security')
    assert.match(home.text, /A second factor is needed before you can go on/)
    assert.equal((await visitor.open('/staff/customers')).url.pathname, '/staff/security')
    await switchOn(production, visitor, '/staff/security', password)
    assert.equal((await visitor.open('/staff/customers')).url.pathname, '/staff/customers')
    assert.equal((await visitor.open('/staff/developer')).status, 404)
    assert.equal((await postByHand(production, visitor, '/staff/developer', 'do=move&by=P1D')).status, 404)
    assert.equal(production.clock.offsetSeconds(), 0)
  } finally {
    await production.close()
  }
})
