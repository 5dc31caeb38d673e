import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { approvedActs } from '#app/approvals.ts'
import { changeApprovals } from '#modules/accounts/change-approvals.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { approve } from '#modules/accounts/decide-approval.ts'
import { openSession } from '#modules/accounts/open-session.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { holdSuspension } from '#modules/billing/hold-suspension.ts'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import type { StaffActor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { FRESH, staffAs } from '#test/support/actors.ts'
import { goTo, listDocuments, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { type Bought, buildPaidOrder, tester } from '#test/support/builders.ts'
import { agreementOf, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { approveTerminations, listWaitingTerminations } from './approve-terminations.ts'
import { resumePaid } from './resume-paid.ts'
import { TERMINATIONS_PER_HOUR } from './terminate-service.ts'
import { terminateUnpaid } from './terminate-unpaid.ts'

const app = await createTestApp()
after(() => app.close())

const { signal } = new AbortController()
const clerk = staffAs('admin')
const day = (text: string) => Temporal.PlainDate.from(text)

/** From now on nothing is charged by itself. */
const forgetCard = ({ customer }: Bought): Promise<unknown> =>
  app.db.updateTable('paymentMethods').set({ isDefault: false }).where('customerId', '=', customer.id).execute()

/** A server whose renewal, due on that day, was never paid, on the last day before it is to be ended. */
async function buildUnpaid(due: string): Promise<Bought & { renewalId: string }> {
  goTo(app, day(due).subtract({ months: 1 }))
  const bought = await buildPaidOrder(app)
  await forgetCard(bought)
  for (const days of [-10, 0, 1, 3, 4, 5, 7, 25]) {
    goTo(app, day(due).add({ days }))
    await passNight(app)
  }
  const documents = await listDocuments(app, bought.customer.id)
  return { ...bought, renewalId: documents.find(({ invoice }) => invoice.state === 'open')!.invoice.id }
}

/** As many servers were ended within this hour as end without a person. */
const fillHour = (): Promise<void> =>
  app.transaction(tester, async (tx) => {
    for (let each = 0; each < TERMINATIONS_PER_HOUR; each += 1)
      await tx.emit('service.termination_requested', newId('svc'), { after: { approved: false } })
  })

const waitingFor = async ({ customer }: Bought) =>
  (await listWaitingTerminations(app, clerk)).filter(({ customerId }) => customerId === customer.id)

/** A colleague with a session of their own. */
async function colleague(): Promise<StaffActor> {
  const input = { name: 'Sam', role: 'admin', password: 'a quiet river stone', locale: 'en' } as const
  const { id: userId } = await createStaff(app, tester, { ...input, email: `${newId('usr')}@example.com` })
  const session = await app.transaction(tester, (tx) => openSession(app, tx, { userId, method: 'password' }))
  assert.ok(session?.actor.kind === 'staff')
  return { ...session.actor, session: { ...FRESH, id: session.sessionId } }
}

test('when a second colleague agrees later, a server that was held meanwhile is not ended, and one that was not is', async () => {
  const held = await buildUnpaid('2027-01-03')
  const asked = await buildUnpaid('2027-01-03')
  goTo(app, '2027-02-02')
  await fillHour()
  await runDunning.run(app, {}, signal)
  const [boss, second] = [await colleague(), await colleague()]
  await changeApprovals(app, boss, { acts: ['service.terminate'] })
  const serviceIds = [(await serviceOf(app, held)).id, (await serviceOf(app, asked)).id]
  assert.deepEqual(await approveTerminations(app, boss, { serviceIds }), { ended: 0, asked: 2 })
  await holdSuspension(app, clerk, { invoiceId: held.renewalId, until: day('2027-02-10') })
  const agreeOn = async (subjectId: string | undefined) => {
    const { id: approvalId } = await app.db
      .selectFrom('approvals')
      .select('id')
      .where('subjectId', '=', subjectId!)
      .executeTakeFirstOrThrow()
    await approve(app, second, { approvalId }, approvedActs)
  }
  await assert.rejects(agreeOn(serviceIds[0]), { code: 'termination_not_due' })
  await agreeOn(serviceIds[1])
  await app.work()
  assert.deepEqual(
    [(await serviceOf(app, held)).state, (await serviceOf(app, asked)).state],
    ['suspended', 'terminated'],
  )
  await changeApprovals(app, tester, { acts: [] })
})

test('a hold that staff set after the termination was asked for is kept, and afterwards it is asked for again', async () => {
  const bought = await buildUnpaid('2027-03-01')
  const { id: serviceId } = await serviceOf(app, bought)
  goTo(app, '2027-03-31')
  await fillHour()
  await runDunning.run(app, {}, signal)
  assert.deepEqual(
    (await waitingFor(bought)).map(({ reason, openMinor }) => [reason, openMinor]),
    [['unpaid', 900n]],
  )
  await holdSuspension(app, clerk, { invoiceId: bought.renewalId, until: day('2027-04-10') })
  assert.deepEqual(await waitingFor(bought), [])
  await assert.rejects(approveTerminations(app, clerk, { serviceIds: [serviceId] }), { code: 'no_terminations' })
  goTo(app, '2027-04-02')
  await terminateUnpaid.run(app, { eventId: '', subjectId: bought.renewalId }, signal)
  await passNight(app)
  assert.equal((await serviceOf(app, bought)).state, 'suspended')
  goTo(app, '2027-04-10')
  await passNight(app)
  assert.equal((await serviceOf(app, bought)).state, 'terminated')
})

test('cancelled and refunded servers that wait for room in the hour are listed with their reason and approved together', async () => {
  goTo(app, '2027-06-01')
  const [ended, refunded] = [await buildPaidOrder(app), await buildPaidOrder(app)]
  await fillHour()
  const { id: subscriptionId } = await agreementOf(app, ended)
  await requestCancellation(app, tester, { subscriptionId, when: 'now', reason: 'other' })
  const { payment } = refunded
  await refundPayment(app, clerk, {
    paymentId: payment.id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    reason: 'Goodbye',
    destination: 'credit',
    service: 'terminate',
  })
  const waiting = [...(await waitingFor(ended)), ...(await waitingFor(refunded))]
  assert.deepEqual(
    waiting.map(({ reason, openMinor }) => [reason, openMinor]),
    [
      ['cancelled', null],
      ['refunded', null],
    ],
  )
  const serviceIds = waiting.map(({ serviceId }) => serviceId)
  assert.deepEqual(await approveTerminations(app, clerk, { serviceIds }), { ended: 2, asked: 0 })
  await app.work()
  for (const bought of [ended, refunded]) assert.equal((await serviceOf(app, bought)).state, 'terminated')
})

test('an unpaid server that could not be suspended, as its setup failed, waits for a person instead of for ever', async () => {
  goTo(app, '2027-08-01')
  const bought = await buildPaidOrder(app)
  await forgetCard(bought)
  await app.db.updateTable('services').set({ state: 'failed' }).where('customerId', '=', bought.customer.id).execute()
  for (const days of [-10, 0, 1, 3, 4, 5, 7, 25, 30]) {
    goTo(app, day('2027-09-01').add({ days }))
    await passNight(app)
  }
  const waiting = await waitingFor(bought)
  assert.deepEqual(
    waiting.map(({ reason }) => reason),
    ['not_suspended'],
  )
  await approveTerminations(app, clerk, { serviceIds: waiting.map(({ serviceId }) => serviceId) })
  await app.work()
  assert.equal((await serviceOf(app, bought)).state, 'terminated')
})

test('who pays while something else works on the server is answered again once that is done, however long it takes', async () => {
  const bought = await buildUnpaid('2027-11-01')
  const service = await serviceOf(app, bought)
  const { subscriptionId } = service
  const work = await app.db
    .insertInto('procedures')
    .values({
      id: newId('prc'),
      name: 'provisioning.power-vps',
      subjectId: service.id,
      customerId: service.customerId,
      state: 'stuck',
      input: '{}',
      memory: '{}',
      wakeAt: app.clock.now(),
      createdAt: app.clock.now(),
      updatedAt: app.clock.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await payByTransfer(app, bought.renewalId)
  for (let tries = 0; tries < 20; tries += 1)
    await resumePaid.run(app, { eventId: '', subjectId: subscriptionId }, signal)
  assert.equal((await serviceOf(app, bought)).state, 'suspended')
  await app.db
    .updateTable('procedures')
    .set({ state: 'completed', finishedAt: app.clock.now() })
    .where('id', '=', work.id)
    .execute()
  await app.work()
  assert.equal((await serviceOf(app, bought)).state, 'active')
})
