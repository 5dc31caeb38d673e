import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { retryService } from '#modules/provisioning/retry-service.ts'
import { staffAs } from '#test/support/actors.ts'
import { runChecks } from '#app/checks.ts'
import { goTo, listDocuments } from '#test/support/billing-builders.ts'
import { type Bought, buildItem, buildPaidOrder, buildPaymentPage } from '#test/support/builders.ts'
import { agreementOf, changeTo, passNightOfChanges, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const creditOf = async ({ customer }: Bought): Promise<bigint> => {
  const grants = await app.db
    .selectFrom('creditGrants')
    .select('remainingMinor')
    .where('customerId', '=', customer.id)
    .execute()
  return grants.reduce((sum, { remainingMinor }) => sum + remainingMinor, 0n)
}

async function onDay(day: string): Promise<void> {
  goTo(app, day)
  await passNightOfChanges(app)
}

const machineOf = async (bought: Bought) => {
  const { vmId } = await serviceOf(app, bought)
  const machine = app.proxmox.machines().find((each) => each.vmId === vmId)!
  return {
    cores: machine.cores,
    memoryMb: machine.memoryBytes / 1_048_576,
    diskGb: machine.diskBytes / 1_073_741_824,
    status: machine.status,
  }
}

test('an upgrade in the middle of the month charges the saved card for the days that are left, and the server grows', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-03-17')
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  // 15 of 31 days: 29.00 × 15/31 = 14.03, less 9.00 × 15/31 = 4.35.
  assert.deepEqual([change.state, change.dueMinor, change.creditMinor, change.nextMinor], ['applied', 968n, 0n, 2_900n])
  const documents = await listDocuments(app, bought.customer.id)
  const { invoice, lines } = documents.at(-1)!
  assert.deepEqual([invoice.purpose, invoice.state, invoice.totalMinor], ['change', 'paid', 968n])
  assert.deepEqual(
    lines.map(({ cause, subscriptionId }) => [cause, subscriptionId]),
    [['change', change.subscriptionId]],
  )
  const service = await serviceOf(app, bought)
  assert.deepEqual(
    [service.cores, service.memoryMb, service.diskGb, service.state, service.power],
    [2, 4_096, 80, 'active', 'running'],
  )
  await onDay('2027-03-18')
  assert.equal((await listDocuments(app, bought.customer.id)).at(-1)!.invoice.totalMinor, 2_900n)
  await onDay('2027-04-01')
  assert.equal((await agreementOf(app, bought)).currentPeriodEnd.toString(), '2027-05-01')
  assert.deepEqual(await runChecks(app), [])
  assert.deepEqual(await machineOf(bought), { cores: 2, memoryMb: 4_096, diskGb: 80, status: 'running' })
})

test('what becomes cheaper gives credit, and the next renewal is paid from it', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app, {
    items: [
      buildItem({
        options: [
          { code: 'backups', quantity: 1 },
          { code: 'extra-addresses', quantity: 2 },
        ],
      }),
    ],
  })
  await onDay('2027-03-11')
  const change = await changeTo(app, bought, { options: [{ code: 'extra-addresses', quantity: 1 }] })
  // 21 of 31 days of 5.00: 17.00 × 21/31 = 11.52 less 12.00 × 21/31 = 8.13.
  assert.deepEqual([change.state, change.dueMinor, change.creditMinor], ['applied', 0n, 339n])
  assert.equal(await creditOf(bought), 339n)
  assert.equal((await serviceOf(app, bought)).addressCount, 2)
  await onDay('2027-03-18')
  const renewal = (await listDocuments(app, bought.customer.id)).at(-1)!.invoice
  assert.deepEqual([renewal.totalMinor, renewal.paidMinor], [1_200n, 339n])
  await onDay('2027-04-01')
  assert.equal((await listDocuments(app, bought.customer.id)).at(-1)!.invoice.state, 'paid')
  assert.equal(await creditOf(bought), 0n)
  assert.deepEqual(await runChecks(app), [])
})

test('paying by the year begins a new period today, and back to the month gives the year back', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-03-18')
  assert.equal((await listDocuments(app, bought.customer.id)).length, 2)
  const change = await changeTo(app, bought, { period: 'year' })
  // 86.00 for the year, less 14 of 31 days of 9.00.
  assert.deepEqual([change.state, change.dueMinor], ['applied', 8_600n - 406n])
  const yearly = await agreementOf(app, bought)
  assert.deepEqual([yearly.currentPeriodStart, yearly.currentPeriodEnd].map(String), ['2027-03-18', '2028-03-18'])
  const [, renewal] = await listDocuments(app, bought.customer.id)
  assert.equal(renewal!.invoice.state, 'void', 'the open renewal by the month')
  await onDay('2027-04-18')
  assert.deepEqual(await runChecks(app), [])
  const back = await changeTo(app, bought, { period: 'month' })
  // 335 of 366 days of the year, less a month.
  assert.deepEqual([back.state, back.dueMinor, back.creditMinor], ['applied', 0n, 7_872n - 900n])
  assert.equal(await creditOf(bought), 6_972n)
  const monthly = await agreementOf(app, bought)
  assert.deepEqual([monthly.currentPeriodStart, monthly.currentPeriodEnd].map(String), ['2027-04-18', '2027-05-18'])
  await onDay('2027-05-18')
  assert.equal(await creditOf(bought), 6_072n)
  assert.deepEqual(await runChecks(app), [])
})

test('without a saved card a change waits for its payment, and lapses after a day', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await app.db.updateTable('customers').set({ autoPay: false }).where('id', '=', bought.customer.id).execute()
  await onDay('2027-03-20')
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  assert.equal(change.state, 'awaiting_payment')
  assert.equal((await serviceOf(app, bought)).cores, 1, 'untouched until it is paid')
  await onDay('2027-03-21')
  await onDay('2027-03-22')
  const [, renewal, document, anew] = await listDocuments(app, bought.customer.id)
  assert.deepEqual([renewal!.invoice.state, document!.invoice.state, anew!.invoice.state], ['void', 'void', 'open'])
  assert.equal(anew!.invoice.totalMinor, 900n)
  const second = await changeTo(app, bought, { plan: 'vps-professional' })
  const open = (await listDocuments(app, bought.customer.id)).find(({ invoice }) => invoice.id === second.invoiceId)!
  const page = await buildPaymentPage(app, { actor: bought.actor, invoice: open.invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  assert.equal((await serviceOf(app, bought)).cores, 2)
  assert.deepEqual(await runChecks(app), [])
})

test('a change that is paid and that the machine cannot be given is told to staff, shown as it is, and tried again', async () => {
  goTo(app, '2027-09-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-09-16')
  await createStaff(app, staffAs('admin'), {
    email: 'operations@ez.localhost',
    name: 'Ops',
    locale: 'en',
    password: 'a long enough word',
    role: 'operations',
  })
  app.proxmox.endNextTask('resize', 'no space left on device', 'at once')
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  const failed = await serviceOf(app, bought)
  assert.deepEqual([change.state, failed.cores, failed.state], ['applied', 1, 'active'], 'paid, and as it was')
  assert.notEqual(failed.changeFailedAt, null)
  const listed = await listServices(app, staffAs('operations'), { limit: 5, changeFailed: true })
  assert.deepEqual(
    listed.rows.map(({ id }) => id),
    [failed.id],
  )
  const told = await app.db
    .selectFrom('notifications')
    .select('recipient')
    .where('template', '=', 'staff-change-failed')
    .execute()
  assert.deepEqual(
    told.map(({ recipient }) => recipient),
    ['operations@ez.localhost'],
  )
  await assert.rejects(retryService(app, staffAs('billing'), { serviceId: failed.id }), { code: 'permission_denied' })
  await retryService(app, staffAs('operations'), { serviceId: failed.id })
  await app.work()
  const { planId, cores, changeFailedAt } = await serviceOf(app, bought)
  assert.deepEqual([planId, cores, changeFailedAt], [change.planId, 2, null])
  assert.deepEqual(await machineOf(bought), { cores: 2, memoryMb: 4_096, diskGb: 80, status: 'running' })
  await assert.rejects(retryService(app, staffAs('operations'), { serviceId: failed.id }), { code: 'service_active' })
  // Nobody here may change roles, which is no matter of this story.
  assert.deepEqual(
    (await runChecks(app)).filter(({ invariant }) => invariant !== 'I25'),
    [],
  )
})
