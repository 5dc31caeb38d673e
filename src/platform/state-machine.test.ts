import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import fc from 'fast-check'
import { dataExportMachine } from '#modules/support/data-export.ts'
import { approvalMachine } from '#modules/accounts/approval.ts'
import { invitationMachine } from '#modules/accounts/invitation.ts'
import { signInMachine } from '#modules/accounts/started-sign-in.ts'
import { catalogVersionMachine } from '#modules/catalog/catalog-version.ts'
import { forecastMachine } from '#modules/billing/forecasts/forecast.ts'
import { proofFindingMachine, proofRunMachine } from '#modules/billing/proof-run.ts'
import { repricingMachine } from '#modules/billing/repricing.ts'
import { couponMachine, redemptionMachine } from '#modules/billing/coupon.ts'
import { changeMachine } from '#modules/billing/change.ts'
import { invoiceMachine } from '#modules/billing/invoice.ts'
import { disputeMachine } from '#modules/billing/dispute.ts'
import { refundMachine } from '#modules/billing/refund.ts'
import { paymentMachine } from '#modules/billing/payment.ts'
import { subscriptionMachine } from '#modules/billing/subscription.ts'
import { entitlementMachine } from '#modules/entitlements/entitlement.ts'
import { notificationMachine } from '#modules/notifications/notification.ts'
import { orderMachine } from '#modules/orders/order.ts'
import { procedureMachine } from '#modules/provisioning/procedure-run.ts'
import { serviceMachine } from '#modules/provisioning/service.ts'
import { buildInvoice, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { can, requireVerb, transition } from './state-machine.ts'

const app = await createTestApp()
after(() => app.close())

type Machine = { noun: string; table: string; states: Record<string, Record<string, string>> }
const machines = [
  approvalMachine,
  catalogVersionMachine,
  forecastMachine,
  proofFindingMachine,
  proofRunMachine,
  repricingMachine,
  dataExportMachine,
  invitationMachine,
  signInMachine,
  couponMachine,
  redemptionMachine,
  changeMachine,
  invoiceMachine,
  paymentMachine,
  refundMachine,
  disputeMachine,
  subscriptionMachine,
  entitlementMachine,
  notificationMachine,
  orderMachine,
  procedureMachine,
  serviceMachine,
] as unknown as Machine[]

test('every state the database knows is in its machine, and the machine knows no other', async () => {
  const { rows } = await sql<{ table: string; states: string[] }>`
    select c.relname as table, array_agg(e.enumlabel::text order by e.enumsortorder) as states
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_enum e on e.enumtypid = a.atttypid
    where a.attname = 'state' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by c.relname`.execute(
    app.db,
  )
  const inDatabase = new Map(rows.map(({ table, states }) => [table, states]))
  for (const { table, states } of machines) {
    const columnName = table.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    assert.deepEqual(Object.keys(states).toSorted(), inDatabase.get(columnName)?.toSorted(), table)
    inDatabase.delete(columnName)
  }
  // What is switched by staff or kept as a log of work has states without verbs.
  assert.deepEqual([...inDatabase.keys()].toSorted(), [
    'final_backups',
    'gateway_events',
    'plans',
    'procedure_steps',
    'products',
  ])
})

test('every verb leads to a state of its machine, and no state leads to itself', () => {
  for (const { noun, states } of machines)
    for (const [state, verbs] of Object.entries(states))
      for (const [verb, target] of Object.entries(verbs))
        assert.ok(target in states && target !== state, `${noun}: ${verb} from ${state} to ${target}`)
})

test('whatever is tried in whatever order, what is over stays over', () => {
  const ends: Record<string, string[]> = {
    invitation: ['accepted', 'declined', 'revoked'],
    sign_in: ['complete', 'refused'],
    invoice: ['paid', 'void'],
    payment: ['succeeded'],
    order: ['active', 'cancelled'],
    change: ['applied', 'withdrawn'],
  }
  for (const { noun, states } of machines) {
    const verbs = [...new Set(Object.values(states).flatMap((each) => Object.keys(each)))]
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(states)), fc.array(fc.constantFrom(...verbs)), (first, tried) => {
        let state = first
        for (const verb of tried) {
          const next = states[state]![verb] ?? state
          if (ends[noun]?.includes(state)) assert.equal(next, state)
          state = next
        }
      }),
    )
  }
})

test('a verb that is not open is refused in words for customers, and nothing is written', async () => {
  assert.ok(!can(orderMachine, { state: 'active' }, 'cancel'))
  assert.throws(
    () => {
      requireVerb(orderMachine, { state: 'cancelled' }, 'cancel')
    },
    { kind: 'conflict', code: 'order_cancelled', message: 'This order is cancelled.' },
  )
  assert.throws(
    () => {
      requireVerb(subscriptionMachine, { state: 'past_due' }, 'fallDue')
    },
    { code: 'subscription_past_due', message: 'This subscription is past due.' },
  )
  const invoice = await buildInvoice(app)
  const voided = await app.transaction(tester, (tx) => transition(tx, invoiceMachine, invoice, 'void'))
  await assert.rejects(
    app.transaction(tester, (tx) => transition(tx, invoiceMachine, voided, 'pay', { paidMinor: voided.totalMinor })),
    { code: 'invoice_void' },
  )
})

test('a change of state tells what changed, from which state to which', async () => {
  const invoice = await buildInvoice(app)
  await app.transaction(tester, (tx) => transition(tx, invoiceMachine, invoice, 'writeOff'))
  const event = await app.db
    .selectFrom('events')
    .selectAll()
    .where('subjectId', '=', invoice.id)
    .where('name', '=', 'invoice.uncollectible')
    .executeTakeFirstOrThrow()
  assert.equal(event.customerId, invoice.customerId)
  assert.deepEqual([event.before, event.after], [{ state: 'open' }, { state: 'uncollectible' }])
})

test('a decision made on an old look is refused, though the verb was open then', async () => {
  const invoice = await buildInvoice(app)
  await app.transaction(tester, (tx) => transition(tx, invoiceMachine, invoice, 'void'))
  await assert.rejects(
    app.transaction(tester, (tx) => transition(tx, invoiceMachine, invoice, 'writeOff')),
    /was no longer open/,
  )
})
