import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { mirrorObject } from '#modules/billing/mirror-event.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { proveNightly } from '#modules/billing/run-proof.ts'
import { buildCapturedOrder, buildPaidOrder, tester } from '#test/support/builders.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const { signal } = new AbortController()
const PAGE = '/staff/billing/proof'

/** Everything is at rest: copied, listed, worked and numbered. */
async function settle(): Promise<void> {
  await app.work()
  await numberInvoices.run(app, {}, signal)
  await mirrorGateway.run(app, {}, signal)
  await catchUpGatewayEvents.run(app, {}, signal)
  await app.work()
}
const bought = await buildPaidOrder(app)
await buildPaidOrder(app)
await settle()
const visitor = await signedInStaff(app, 'billing')

const live = () => app.db.selectFrom('proofFindings').selectAll().where('state', '<>', 'resolved').execute()
const prove = async () => {
  const asked = await (await visitor.open(PAGE)).press('Prove now')
  assert.match(asked.text, /The proof is under way/)
  await app.work()
  return visitor.open(PAGE)
}
const unguarded = (table: string) => sql`alter table ${sql.table(table)} disable trigger user`.execute(app.db)

/** A breach is found, its story is read, its repair pressed; then all agrees. */
async function provesRepair(kind: string, story: RegExp, button: string): Promise<void> {
  const red = await prove()
  assertSound(red)
  assert.deepEqual(
    (await live()).map((finding) => finding.kind),
    [kind],
  )
  assert.match(red.text, story)
  const asked = await red.press(button)
  assert.match(asked.text, /The repair is under way/)
  await app.work()
  assert.deepEqual(await live(), [])
  const last = await app.db
    .selectFrom('proofFindings')
    .selectAll()
    .orderBy('resolvedAt', 'desc')
    .executeTakeFirstOrThrow()
  assert.deepEqual([last.kind, last.outcome], [kind, 'repaired'])
  const green = await prove()
  assert.match(green.text, /All agrees.*Last proof/)
}

test('each night after four, in the seller’s zone, money is proven once, and the page is green with the time', async () => {
  const clock = (hour: number) => {
    const local = app.clock.now().toZonedDateTimeISO('Europe/Berlin')
    app.advance(local.until(local.add({ days: 1 }).with({ hour, minute: 30 }), { largestUnit: 'hours' }))
  }
  const runs = () => app.db.selectFrom('proofRuns').selectAll().orderBy('id').execute()
  clock(3)
  await proveNightly.run(app, {}, signal)
  assert.deepEqual(await runs(), [], 'the night is not over')
  app.advance({ hours: 1 })
  await settle()
  await proveNightly.run(app, {}, signal)
  await proveNightly.run(app, {}, signal)
  await app.work()
  await proveNightly.run(app, {}, signal)
  assert.deepEqual(
    (await runs()).map(({ state, findings }) => [state, findings]),
    [['green', 0]],
  )
  const page = await visitor.open(PAGE)
  assertSound(page)
  assert.match(page.text, /All agrees.*Last proof/)
  assert.doesNotMatch((await visitor.open('/staff')).text, /Proof of money/)
  app.advance({ hours: 27 })
  assert.match((await visitor.open('/staff')).text, /The last proof is more than 26 hours old/)
})

test('what the books miss of the gateway is fetched again', async () => {
  await sql`update stripe.charges set data = jsonb_set(data, '{amount_captured}', to_jsonb(amount_captured + 100))
    where payment_intent = (select gateway_payment_id from payments where id = ${bought.payment.id})`.execute(app.db)
  await provesRepair('clearing_payment', /Ledger and gateway disagree on a payment.*-?€1\.00/, 'Fetch from the gateway')
})

test('money whose message never came is found as nobody’s, and fetching it pays the invoice', async () => {
  app.stripe.webhooks.hold()
  const lost = await buildCapturedOrder(app)
  const { gatewayPaymentId } = await app.paymentGateway.getCheckout(lost.payment.sessionId)
  await mirrorObject.run(app, { type: 'payment_intents', id: gatewayPaymentId! }, signal)
  const { data } = await sql<{ data: string }>`
    select latest_charge as data from stripe.payment_intents where id = ${gatewayPaymentId!}`
    .execute(app.db)
    .then(({ rows }) => rows[0]!)
  await mirrorObject.run(app, { type: 'charges', id: data }, signal)
  await provesRepair(
    'clearing_unknown',
    /The gateway took money that no payment of ours knows/,
    'Fetch from the gateway',
  )
  const paid = await app.db.selectFrom('invoices').select('state').where('id', '=', lost.invoice.id).execute()
  assert.deepEqual(paid, [{ state: 'paid' }])
  await app.stripe.deliverReordered()
  await settle()
})

test('a message that was held, and one that was forgotten, are worked', async () => {
  const one = (state: string) =>
    sql`update gateway_events set state = ${state}::gateway_event_state where id = (
      select id from gateway_events where type = 'checkout.session.completed' order by id limit 1)`.execute(app.db)
  await one('suspense')
  await provesRepair('message_held', /A message of the gateway is held/, 'Work the message')
  await sql`delete from queue.job where data->>'job' = 'billing.process-gateway-event'`.execute(app.db)
  await one('received')
  await provesRepair('message_lost', /received and never worked/, 'Work the message')
})

test('an invoice that waits for its number too long takes it', async () => {
  await buildPaidOrder(app)
  await app.work()
  await unguarded('invoices')
  await unguarded('invoice_series')
  await sql`with last as (
      update invoices set number = null, series = null, sequence = null, issued_at = null, content_hash = null
      where sequence = (select max(sequence) from invoices) returning id)
    update invoice_series set next_sequence = next_sequence - 1 where exists (select from last)`.execute(app.db)
  app.advance({ hours: 2 })
  await provesRepair('invoice_unnumbered', /A paid invoice has no number/, 'Give the number')
})

test('a paid invoice that is not in the ledger is booked', async () => {
  await unguarded('ledger_entries')
  await unguarded('ledger_transactions')
  await sql`delete from ledger_entries where transaction_id in (select id from ledger_transactions where kind = 'invoice' and reference = ${bought.invoice.id})`.execute(
    app.db,
  )
  await sql`delete from ledger_transactions where kind = 'invoice' and reference = ${bought.invoice.id}`.execute(app.db)
  const red = await prove()
  assert.match(red.text, /A paid invoice is not in the ledger/)
  assert.match(red.text, /What a customer owes is not what their documents say.*What to do/)
  await red.press('Book the invoice')
  await app.work()
  assert.match((await prove()).text, /All agrees/)
})

test('what was revoked from somebody who pays is granted again, what is left of an ended agreement is revoked', async () => {
  const { customerId } = await app.db
    .selectFrom('invoices')
    .select('customerId')
    .where('id', '=', bought.invoice.id)
    .executeTakeFirstOrThrow()
  await sql`update entitlements set state = 'revoked' where customer_id = ${customerId} and code = 'vps'`.execute(
    app.db,
  )
  await provesRepair('entitlement_missing', /pays for something they may not use/, 'Grant again')
  await sql`update subscriptions set state = 'cancelled', next_billing_on = null where customer_id = ${customerId}`.execute(
    app.db,
  )
  await sql`update services set state = 'terminated' where customer_id = ${customerId}`.execute(app.db)
  await provesRepair('entitlement_left', /may use something that has ended/, 'Revoke')
})

test('what needs a person says what to do, is mailed once in the language of each colleague, and is gone once it is put right', async () => {
  const german = { email: 'uwe@example.com', name: 'Uwe', role: 'billing', password: 'four random words here' }
  await createStaff(app, tester, { ...german, locale: 'de' })
  await sql`update invoices set credited_minor = 1 where id = ${bought.invoice.id}`.execute(app.db)
  const red = await prove()
  assert.match(red.text, /An invoice counts other credit notes than it has.*€0\.01.*What to do/)
  assert.throws(() => red.link('Fetch from the gateway'))
  assert.match((await visitor.open('/staff')).text, /1 difference to look at/)
  await prove()
  const mails = await app.db
    .selectFrom('notifications')
    .select(['recipient', 'locale'])
    .where('template', '=', 'staff-proof')
    .where('recipient', '=', german.email)
    .execute()
  assert.deepEqual(mails, [{ recipient: german.email, locale: 'de' }])
  await sql`update invoices set credited_minor = 0 where id = ${bought.invoice.id}`.execute(app.db)
  assert.match((await prove()).text, /All agrees/)
  assert.match((await visitor.open(`${PAGE}?view=resolved&group=refunds`)).text, /Gone at the next proof/)
  const runs = await visitor.open(`${PAGE}?view=runs`)
  assertSound(runs)
  assert.match(runs.text, /Differences.*Sam billing.*1 new/)
})

test('support, who may not see payments, finds no such page', async () => {
  assert.equal((await (await signedInStaff(app, 'support')).open(PAGE)).status, 404)
})
