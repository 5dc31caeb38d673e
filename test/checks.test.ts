import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { checks, runChecks } from '#app/checks.ts'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { sealEvents } from '#platform/event-chain.ts'
import { buildCustomer, buildOrder, payOnHostedPage } from '#test/support/api-client.ts'
import { breaches } from '#test/support/breaches.ts'
import { changeBreaches } from '#test/support/change-breaches.ts'
import { orderBreaches } from '#test/support/order-breaches.ts'
import { moneyBreaches } from '#test/support/money-breaches.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

/** Jane bought a server and it runs; a second order of hers waits for its payment. */
const jane = await buildCustomer(app)
const bought = await buildOrder(jane)
const page = await jane.api.post<{ url: string }>(`/invoices/${bought.invoiceId}/payments`)
await payOnHostedPage(app, page.body.url)
await app.work()
const waiting = await buildOrder(jane)
await app.work()
// The copy of the gateway's objects is complete, and nothing is on its way.
const { signal } = new AbortController()
await mirrorGateway.run(app, {}, signal)
await catchUpGatewayEvents.run(app, {}, signal)
await app.work()
await sealEvents(app.database)

const paid = bought.invoiceId
const open = waiting.invoiceId
const service = await app.db.selectFrom('services').select(['id', 'vmId', 'subscriptionId']).executeTakeFirstOrThrow()
const payment = await app.db.selectFrom('payments').select('id').where('invoiceId', '=', paid).executeTakeFirstOrThrow()
const { breach, reported, seeded } = breaches(app)

const unguarded = (table: string) => sql`alter table ${sql.table(table)} disable trigger user`
const unconstrained = (table: string, constraint: string) =>
  sql`alter table ${sql.table(table)} drop constraint ${sql.ref(constraint)}`

test('a house in order has nothing to report', async () => {
  assert.deepEqual(await runChecks(app), [])
  assert.deepEqual(await reported(), { invariants: [], subjects: [] })
})

breach(
  'a ledger transaction that does not balance',
  { invariant: 'I1', alsoBroken: ['I2'] },
  unguarded('ledger_entries'),
  sql`update ledger_entries set amount_minor = amount_minor + 1 where account = 'revenue'`,
)
breach(
  'a ledger transaction without entries',
  { invariant: 'I1', subject: 'ltx_empty' },
  sql`insert into ledger_transactions (id, kind, reference, customer_id, created_at)
    select 'ltx_empty', 'payment', 'pay_nobody', customer_id, now() from invoices where id = ${paid}`,
)

breach(
  'an invoice whose lines sum to something else',
  { invariant: 'I4', subject: open },
  sql`update invoice_lines set amount_minor = amount_minor + 1 where invoice_id = ${open}`,
)
breach(
  'an invoice whose taxes sum to something else than its tax',
  { invariant: 'I4', subject: open },
  sql`update invoice_taxes set tax_minor = tax_minor + 1 where invoice_id = ${open}`,
)
breach(
  'an invoice that counts money which no payment brought',
  { invariant: 'I4', alsoBroken: ['I2'], subject: open },
  sql`update invoices set paid_minor = 1 where id = ${open}`,
)
breach(
  'a paid invoice that the ledger knows nothing of',
  { invariant: 'I4', alsoBroken: ['I2'], subject: paid },
  unguarded('ledger_entries'),
  unguarded('ledger_transactions'),
  sql`delete from ledger_entries where transaction_id in (select id from ledger_transactions where reference = ${paid})`,
  sql`delete from ledger_transactions where reference = ${paid}`,
)

/** Gives the second order's document the next number, issued this much after the first one's. */
const numbered = (sequence: number, later: string) => [
  sql`update invoices i set series = f.series, sequence = ${sequence}::int, number = f.series || '-x', issued_at = f.issued_at + ${later}::interval,
    content_hash = invoice_content_hash(i.id, f.series, ${sequence}::int, f.issued_at + ${later}::interval)
    from invoices f where i.id = ${open} and f.id = ${paid}`,
  sql`update invoice_series set next_sequence = ${sequence + 1}::int`,
]
test('a second numbered document breaks nothing by itself', async () => {
  assert.deepEqual(await reported(...numbered(2, '1 second')), { invariants: [], subjects: [] })
})
breach('a gap in the numbers', { invariant: 'I6' }, ...numbered(3, '1 second'))
breach('a number dated before the one before it', { invariant: 'I6', subject: open }, ...numbered(2, '-1 second'))
breach(
  'a counter that would skip a number',
  { invariant: 'I6' },
  sql`update invoice_series set next_sequence = next_sequence + 1`,
)
breach(
  'a numbered document that was changed afterwards',
  { invariant: 'I6', subject: paid },
  unguarded('invoices'),
  sql`update invoices set buyer = buyer || '{"name": "Somebody Else"}' where id = ${paid}`,
)
breach(
  'a line of a numbered document that was changed afterwards',
  { invariant: 'I6', subject: paid },
  unguarded('invoice_lines'),
  sql`update invoice_lines set description = 'Something else' where invoice_id = ${paid}`,
)

breach(
  'a tax of a numbered document that was changed afterwards',
  { invariant: 'I6', subject: paid },
  unguarded('invoice_taxes'),
  sql`update invoice_taxes set name = 'Something else' where invoice_id = ${paid}`,
)

breach(
  'a period that was agreed and not billed',
  { invariant: 'I7' },
  sql`update subscriptions set periods = periods + 1`,
)
breach(
  'a hole between two periods',
  { invariant: 'I7' },
  sql`insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
      subscription_id, period_start, period_end, discount_minor, cause, released)
    select 'inl_late', ${open}, 9, 'plan', description, 1, 0, 0, 0, 0, subscription_id, period_end + 1, period_end + 31, 0, 'renewal', false
    from invoice_lines where invoice_id = ${paid} and kind = 'plan'`,
  sql`update subscriptions set periods = periods + 1, billed_until = billed_until + 31`,
)

/** Another payment like the one that paid for the server. */
const anotherPayment = (invoiceId: string, gatewayPaymentId: ReturnType<typeof sql>, state = 'succeeded') =>
  sql`insert into payments (id, invoice_id, customer_id, state, gateway, channel, refunded_minor, amount_minor, currency, expires_at, gateway_payment_id, created_at, updated_at)
    select 'pay_another', ${invoiceId}, customer_id, ${state}::payment_state, gateway, channel, 0, amount_minor, currency, expires_at, ${gatewayPaymentId}, created_at, updated_at
    from payments where id = ${payment.id}`
orderBreaches(breach, { serviceId: service.id, waitingOrderId: waiting.id })
changeBreaches(breach, { ...service, serviceId: service.id, paidId: paid, openId: open })
moneyBreaches(breach, {
  customerId: jane.actor.customerId,
  invoiceId: paid,
  paymentId: payment.id,
  serviceId: service.id,
})

breach(
  'a payment of the gateway that counts twice',
  { invariant: 'I10', alsoBroken: ['I3'] },
  unconstrained('payments', 'payments_gateway_payment_id_key'),
  anotherPayment(open, sql`gateway_payment_id`, 'failed'),
)
breach(
  'a payment that succeeded and brought nothing',
  { invariant: 'I10', subject: 'pay_another' },
  anotherPayment(open, sql`null`),
)

const machineNumber = (vmId: number) => [
  sql`update vm_ids set vm_id = ${vmId} where service_id = ${service.id}`,
  sql`update services set vm_id = ${vmId} where id = ${service.id}`,
]
breach(
  'an active service whose machine is gone',
  { invariant: 'I11', subject: service.id },
  ...machineNumber(service.vmId! + 1),
)
breach(
  'a machine that nobody owns',
  { invariant: 'I11', alsoBroken: ['I12', 'I13'], subject: service.id },
  sql`update services set state = 'failed', vm_id = null, updated_at = updated_at - interval '11 minutes'`,
)

breach(
  'a service that lacks an address it bought',
  { invariant: 'I12', subject: service.id },
  sql`update addresses set service_id = null where service_id = ${service.id} and family(address) = 4`,
)
const [resting] = await app.db
  .selectFrom('addresses')
  .select(sql<string>`host(address)`.as('host'))
  .where('serviceId', 'is', null)
  .limit(1)
  .execute()
breach(
  'an address that is free before it has rested',
  { invariant: 'I12', subject: resting!.host },
  sql`insert into events (id, name, subject_id, actor_kind, actor_id, after, created_at) values ('evt_released', 'address.released',
    ${resting!.host}, 'system', 'test', jsonb_build_object('quarantinedUntil', now() + interval '1 day'), now())`,
)

breach(
  'a machine number outside our range',
  { invariant: 'I13', alsoBroken: ['I11'], subject: service.id },
  ...machineNumber(99_999),
)
breach(
  'a terminated service that keeps its machine number',
  { invariant: 'I13', subject: service.id },
  sql`update services set state = 'terminated'`,
  sql`update addresses set service_id = null`,
)
const numberEvent = (id: string, name: string, ago: string) =>
  sql`insert into events (id, name, subject_id, actor_kind, actor_id, created_at)
    values (${id}, ${name}, 'vm-199999', 'system', 'test', now() - ${ago}::interval)`
breach(
  'a machine number that is given again within 30 days',
  { invariant: 'I13', subject: 'vm-199999' },
  numberEvent('evt_1', 'vm_id.allocated', '60 days'),
  numberEvent('evt_2', 'vm_id.released', '29 days'),
  numberEvent('evt_3', 'vm_id.allocated', '0 days'),
)
breach(
  'a message of the gateway that nothing will work',
  { invariant: 'I17', subject: 'evt_lost' },
  sql`insert into gateway_events (id, gateway, type, livemode, object_id, state, received_at)
    values ('evt_lost', 'stripe', 'checkout.session.completed', false, 'cs_lost', 'received', now())`,
)

const keptKey = (status: number | null, age: string) =>
  sql`insert into idempotency_keys (actor_id, key, request_hash, status, answer, created_at)
    values ('usr_somebody', 'their-key', 'hash', ${status}::int, null, clock_timestamp() - ${age}::interval)`
breach('a kept answer without its content', { invariant: 'I18', subject: 'their-key' }, keptKey(201, '1 minute'))
breach('a key that was left half-used', { invariant: 'I18', subject: 'their-key' }, keptKey(null, '11 minutes'))

const oneJob = sql`id = (select id from queue.job where state = 'completed' and name <> 'dead' limit 1)`
breach(
  'a failed job that staff do not see',
  { invariant: 'I19' },
  sql`update queue.job set state = 'failed' where ${oneJob}`,
)
breach(
  'a job that ran more often than allowed',
  { invariant: 'I19' },
  sql`update queue.job set retry_count = retry_limit + 1 where ${oneJob}`,
)
breach(
  'a procedure that no job will go on with',
  { invariant: 'I19', subject: 'prc_forgotten' },
  sql`insert into procedures (id, name, subject_id, state, input, memory, wake_at, created_at, updated_at)
    values ('prc_forgotten', 'provisioning.create-vps', 'svc_nobody', 'running', '{}', '{}', clock_timestamp() - interval '3 minutes', now(), now())`,
)

const anotherMail = (id: string, changes: { state: string; template?: string }) =>
  sql`insert into notifications (id, event_id, template, recipient, locale, subject_id, state, created_at, updated_at)
    select ${id}, event_id, coalesce(${changes.template ?? null}::text, template), recipient, locale, subject_id,
      ${changes.state}::notification_state, created_at, updated_at from notifications order by id limit 1`
breach(
  'a mail that was sent twice',
  { invariant: 'I20' },
  unconstrained('notifications', 'notifications_event_id_recipient_template_key'),
  anotherMail('ntf_again', { state: 'sent' }),
)
breach(
  'a mail that nothing will send',
  { invariant: 'I20', subject: 'ntf_lost' },
  anotherMail('ntf_lost', { state: 'queued', template: 'service_active_again' }),
)

const ours = (id: string, role: string) =>
  sql`insert into users (id, email, name, email_verified_at, staff_role, locale, created_at, updated_at)
    values (${id}, ${`${id}@example.com`}, 'Sam', now(), ${role}, 'en', now(), now())`
breach('a house without an administrator', { invariant: 'I25' }, ours('usr_lone', 'support'))
breach(
  'a request for approval that nobody closed',
  { invariant: 'I26', subject: 'apr_old' },
  ours('usr_boss', 'admin'),
  sql`insert into approvals (id, act, subject_id, input, state, asked_by, created_at, updated_at, expires_at)
    values ('apr_old', 'service.terminate', 'svc_any', '{}', 'pending', 'usr_boss', now() - interval '3 days', now(), now() - interval '2 days')`,
)
breach(
  'an account that nobody owns',
  { invariant: 'I27', subject: jane.actor.customerId },
  sql`update members set role = 'admin' where customer_id = ${jane.actor.customerId}`,
)
breach(
  'a secret that no key at hand opens',
  { invariant: 'I29' },
  sql`insert into totp_factors (user_id, sealed_secret, created_at)
    select id, 'v2.AAAAAAAA.AAAA', now() from users limit 1`,
)

breach(
  'an event that was changed after it was sealed',
  { invariant: 'I30' },
  unguarded('events'),
  sql`update events set actor_id = 'somebody' where sequence = (select event_sequence from event_seals where position = 3)`,
)

test('every promise that is checked has a breach here', () => {
  assert.equal(seeded.size, checks.length, 'one check per promise, and a breach for each')
})

test('afterwards the house is in order again', async () => {
  assert.deepEqual(await runChecks(app), [])
})
