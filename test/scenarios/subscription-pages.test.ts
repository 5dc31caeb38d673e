import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { acceptChange } from '#modules/billing/accept-change.ts'
import { changeAutoPay } from '#modules/billing/change-payment-method.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { withdrawChange } from '#modules/billing/withdraw-change.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { buildDiscounts } from '#test/support/coupon-builders.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

type Guest = { visitor: Visitor; customer: TestCustomer; serviceId: string; subscriptionId: string }

/** Somebody with a running server who has signed in through the page, without scripts. */
async function owner(): Promise<Guest> {
  const customer = await buildCustomer(app)
  const { id, invoiceId } = await buildOrder(customer)
  const page = await customer.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  const order = await customer.api.get<{ items: { serviceId: string }[] }>(`/orders/${id}`)
  const { serviceId } = order.body.items[0]!
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email: customer.email, password: PASSWORD })
  const { subscriptionId } = await app.db
    .selectFrom('services')
    .select('subscriptionId')
    .where('id', '=', serviceId)
    .executeTakeFirstOrThrow()
  return { visitor, customer, serviceId, subscriptionId }
}

test('a customer sees what is agreed, what a bigger plan costs to the cent, accepts it, and watches the server grow', async () => {
  const { visitor, serviceId, subscriptionId } = await owner()
  const list = await visitor.open('/portal/subscriptions')
  assertSound(list)
  assert.match(list.text, /web1\.example\.com .*Active Price €9\.00 a month/)
  const page = await visitor.open(`/portal/subscriptions/${subscriptionId}`)
  assertSound(page)
  assert.match(
    page.text,
    /What is agreed .*VPS Starter · web1\.example\.com · 1 month .*A period in all with tax €9\.00/,
  )

  const service = await visitor.open(`/portal/services/${serviceId}`)
  assert.equal(service.link('Change'), `/portal/subscriptions/${subscriptionId}/change`)
  const choose = await visitor.open(`/portal/subscriptions/${subscriptionId}/change`)
  assertSound(choose)
  assert.match(choose.text, /Starter \(now\).*Professional .*4 GB memory, 80 GB NVMe.*€29\.00 a month/)
  const quote = await choose.press('See what it costs', { plan: 'vps-professional', 'option-backups': 'on' })
  assertSound(quote)
  assert.match(quote.text, /New from .*VPS Professional .*€29\.00 .*Daily backups .*€2\.00/)
  assert.match(quote.text, /Not used any more VPS Starter .*-€9\.00/)
  assert.match(quote.text, /Due now €22\.00 of which 19 % tax €3\.51 Next renewal on .* €31\.00/)
  assert.match(quote.text, /shut down and started again/)
  const accepted = await quote.press('Change and pay €22.00')
  assert.match(accepted.url.pathname, /^\/portal\/invoices\/inv_/)
  await app.work()
  const grown = await visitor.open(`/portal/services/${serviceId}`)
  assert.match(grown.text, /Running .*Professional .*2 cores, 4 GB memory, 80 GB/)
  const after = await visitor.open(`/portal/subscriptions/${subscriptionId}`)
  assert.match(after.text, /A period in all with tax €31\.00/)

  const smaller = await visitor.open(`/portal/subscriptions/${subscriptionId}/change`)
  assert.match(smaller.text, /A disk cannot shrink without losing what is on it/)
  const nothing = await smaller.press('See what it costs', { plan: 'vps-professional', 'option-backups': 'on' })
  assert.match(nothing.text, /This is what you have already/)
  const back = await smaller.press('See what it costs', { plan: 'vps-starter' })
  assert.match(back.text, /A disk cannot become smaller/)
})

test('a customer cancels with a reason, keeps the server after all, and what ends says so everywhere', async () => {
  const { visitor, subscriptionId } = await owner()
  const ask = await visitor.open(`/portal/subscriptions/${subscriptionId}/cancel`)
  assertSound(ask)
  assert.match(ask.text, /Days you have paid for are not given back/)
  const ending = await ask.press('Cancel the subscription', { when: 'period_end', reason: 'moving', note: 'Bye' })
  assert.equal(ending.url.pathname, `/portal/subscriptions/${subscriptionId}`)
  assertSound(ending)
  assert.match(ending.text, /Ends soon .*This ends on .*Keep it after all.*Reason given I move elsewhere: Bye/)
  assert.match((await visitor.open('/portal/subscriptions?state=ending')).text, /web1\.example\.com/)
  const kept = await ending.press('Keep it after all')
  assert.match(kept.text, /Active/)
  assert.doesNotMatch(kept.text, /Keep it after all/)
  await app.work()
  const mails = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('subjectId', '=', subscriptionId)
    .orderBy('template')
    .execute()
  assert.deepEqual(
    mails.map(({ template }) => template),
    ['cancellation-confirmed', 'cancellation-undone'],
  )
})

test('staff find a subscription, change it for the customer and end it; support only looks', async () => {
  const { customer, subscriptionId } = await owner()
  const billing = await signedInStaff(app, 'billing')
  const list = await billing.open(`/staff/subscriptions?q=${encodeURIComponent(customer.email)}`)
  assertSound(list)
  assert.match(list.text, /VPS Starter .*web1\.example\.com State Active/)
  const page = await billing.open(`/staff/subscriptions/${subscriptionId}`)
  assertSound(page)
  assert.match(page.text, /Story .*Subscription begun/)
  const change = await billing.open(`/staff/subscriptions/${subscriptionId}/change`)
  assertSound(change)
  const quote = await change.press('See what it costs', { plan: 'vps-starter', 'option-backups': 'on' })
  const done = await quote.press('Change and pay €2.00')
  assert.equal(done.url.pathname, `/staff/subscriptions/${subscriptionId}`)
  await app.work()
  assert.match((await billing.open(`/staff/subscriptions/${subscriptionId}`)).text, /Daily backups .*€11\.00/)

  const support = await signedInStaff(app, 'support')
  const looking = await support.open(`/staff/subscriptions/${subscriptionId}`)
  assertSound(looking)
  assert.doesNotMatch(looking.text, /End now|End with the period/)
  const ended = await (await billing.open(`/staff/subscriptions/${subscriptionId}`)).press('End with the period')
  assert.match(ended.text, /Ends soon/)
  assert.match(ended.text, /Cancellation asked for/)
})

test('a customer finds their quotes: by server and by how they stand, page by page, and each leads to where it goes on', async () => {
  const { visitor, customer, subscriptionId } = await owner()
  const { actor } = customer
  const empty = await visitor.open('/portal/quotes')
  assertSound(empty)
  assert.match(empty.text, /No quotes yet Choose another plan or option/)
  assert.equal(empty.link('Subscriptions'), '/portal/subscriptions')

  await changeAutoPay(app, actor, { autoPay: false })
  const other = await owner()
  await quoteChange(app, other.customer.actor, { subscriptionId: other.subscriptionId, plan: 'vps-professional' })
  const open = await quoteChange(app, actor, { subscriptionId, plan: 'vps-professional' })
  const list = await visitor.open('/portal/quotes')
  assertSound(list)
  assert.match(list.text, /web1\.example\.com .*VPS Professional .*Open 15 minutes left .*€20\.00/)
  assert.equal(list.html.match(/€20\.00/g)?.length, 1, 'nobody sees what others asked')
  assert.ok(list.html.includes(`/portal/subscriptions/${subscriptionId}/change?quote=${open.id}`))
  assert.match((await visitor.open('/portal/quotes?q=WEB1')).text, /VPS Professional/)
  for (const filter of ['q=mail', 'q=%25', 'state=expired', 'state=accepted', 'q=web1&state=withdrawn'])
    assert.match((await visitor.open(`/portal/quotes?${filter}`)).text, /Nothing matches these filters/, filter)

  const accepted = await acceptChange(app, actor, { changeId: open.id })
  const waiting = await visitor.open('/portal/quotes?state=accepted')
  assert.match(waiting.text, /Accepted Waits for its payment/)
  assert.ok(waiting.html.includes(`/portal/invoices/${accepted.invoiceId}`), 'an unpaid one leads to its invoice')
  await withdrawChange(app, actor, { changeId: open.id })
  assert.match((await visitor.open('/portal/quotes?state=withdrawn')).text, /VPS Professional .*Withdrawn/)

  await quoteChange(app, actor, { subscriptionId, options: [{ code: 'backups', quantity: 1 }] })
  app.advance({ minutes: 16 })
  const late = await visitor.open('/portal/quotes?state=expired')
  assert.match(late.text, /Expired/)
  assert.doesNotMatch(late.text, /minutes left/)
  await sql`insert into change_quotes select (jsonb_populate_record(q, jsonb_build_object('id', 'chq_' || lpad(n::text, 26, '0')))).*
    from change_quotes q, generate_series(1, 50) n where q.customer_id = ${actor.customerId} and q.state = 'quoted'`.execute(
    app.db,
  )
  const first = await visitor.open('/portal/quotes?state=expired')
  assertSound(first)
  const second = await visitor.open(first.link('Older'))
  assert.match(second.text, /Expired/)
  assert.match(second.url.search, /state=expired/, 'the filter stays')
  assert.ok(second.link('Back to the newest'))
})

test('a quote names the coupons that are in its amounts, today and at the next renewal', async () => {
  const { visitor, customer, subscriptionId } = await owner()
  await buildDiscounts(app, subscriptionId, [{ rule: { percentBasisPoints: 5_000 }, cyclesLeft: null }])
  const choose = await visitor.open(`/portal/subscriptions/${subscriptionId}/change`)
  const quote = await choose.press('See what it costs', { plan: 'vps-professional' })
  assertSound(quote)
  assert.match(quote.text, /Next renewal on .* €14\.50 Coupons Already off: Sale 0/)
  const { body } = await customer.api.post<{ coupons: object[] }>(`/subscriptions/${subscriptionId}/changes`, {
    plan: 'vps-professional',
    period: 'year',
  })
  assert.deepEqual(body.coupons, [{ name: 'Sale 0', today: true, next: true }])
})
