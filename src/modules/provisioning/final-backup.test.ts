import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { buildActiveService, operations, ownerOf, settled, tester } from '#test/support/provisioning-builders.ts'
import { buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { findFinalBackup } from './backup-queries.ts'
import { checkBackups } from './backup-checks.ts'
import { deleteBackups } from './delete-backups.ts'
import { deleteBackup, keepBackup } from './keep-backup.ts'
import { getServiceDetail } from './provisioning-queries.ts'
import type { Service } from './service.ts'
import { terminateApproved, terminateService } from './terminate-service.ts'

const app = await createTestApp()
after(() => app.close())

let service: Service
beforeEach(async () => {
  app.advance({ hours: 2 })
  service = await buildActiveService(app)
})

const backup = () => findFinalBackup(app, operations, service.id)
const volumes = () => app.proxmox.backups().filter(({ vmid }) => vmid === service.vmId)
const end = async (more: { withoutBackup?: boolean } = {}) => {
  await terminateService(app, operations, { serviceId: service.id, ...more })
  return settled(app, service.id)
}
const expire = async () => {
  await deleteBackups.run(app, {}, new AbortController().signal)
  app.proxmox.finishTasks()
  await deleteBackups.run(app, {}, new AbortController().signal)
}
const sellerKeeps = (finalBackupDays: number) => app.db.updateTable('legalEntities').set({ finalBackupDays }).execute()

test('a server is copied before it is destroyed, and the copy is deleted after thirty days', async () => {
  assert.equal((await end()).state, 'terminated')
  const kept = await backup()
  assert.equal(kept?.state, 'kept')
  assert.deepEqual(
    volumes().map(({ volid, notes, protected: held }) => [volid, notes, held]),
    [[kept.volumeId, kept.id, false]],
  )
  assert.equal(kept.keptUntil?.since(kept.madeAt!).total('hours'), 720)
  assert.equal((await findFinalBackup(app, ownerOf(service), service.id))?.id, kept.id)
  assert.equal(await findFinalBackup(app, ownerOf({ customerId: 'cus_other' }), service.id), undefined)
  app.advance({ hours: 719 })
  await expire()
  assert.equal((await backup())?.state, 'kept')
  app.advance({ hours: 2 })
  await expire()
  assert.equal((await backup())?.state, 'deleted')
  assert.deepEqual(volumes(), [])
  assert.deepEqual(await checkBackups(app), [])
})

test('a backup that fails is tried again, and after the third time nothing is destroyed', async () => {
  app.proxmox.endNextTask('vzdump', 'the disk cannot be read')
  assert.equal((await end()).state, 'terminated', 'the second try')
  service = await buildActiveService(app)
  for (const _ of [1, 2, 3]) app.proxmox.endNextTask('vzdump', 'the disk cannot be read')
  assert.equal((await end()).state, 'active')
  assert.equal((await app.vpsHost.findMachine(service.vmId!))?.power, 'running')
  assert.deepEqual(app.proxmox.effects(service.vmId!).destroys, 0)
  const failed = await backup()
  assert.equal(failed?.state, 'failed')
  assert.match(failed.error ?? '', /failed 3 times: Backup of VM \d+ failed - the disk cannot be read/)
  assert.match((await getServiceDetail(app, operations, service.id)).procedure?.error ?? '', /cannot be read/)
  assert.equal((await end({ withoutBackup: true })).state, 'terminated', 'staff decide to go on without')
  assert.deepEqual(volumes(), [])
  const none = await backup()
  assert.deepEqual([none?.state, none?.reason], ['skipped', 'by_staff'])
  assert.deepEqual(await checkBackups(app), [])
})

test('a full storage for backups keeps the server, and ending it again makes the backup anew', async () => {
  app.proxmox.setStorage('backup', { otherGb: 20_000 })
  assert.equal((await end()).state, 'active')
  app.proxmox.setStorage('backup', { otherGb: 900 })
  assert.equal((await end()).state, 'terminated')
  assert.equal((await backup())?.state, 'kept')
})

test('where the seller keeps no backups, or the host has no storage for them, the reason is written down', async () => {
  await sellerKeeps(0)
  assert.equal((await end()).state, 'terminated')
  assert.equal((await backup())?.reason, 'turned_off')
  await sellerKeeps(7)
  service = await buildActiveService(app)
  const { backupStorage, ...proxmox } = app.config.proxmox
  Object.assign(app.config, { proxmox: { ...proxmox, backupStorage: undefined } })
  assert.equal((await end()).state, 'terminated')
  assert.equal((await backup())?.reason, 'no_storage')
  Object.assign(app.config, { proxmox: { ...proxmox, backupStorage } })
  service = await buildActiveService(app)
  await app.vpsHost.stop(service.node!, service.vmId!)
  app.proxmox.finishTasks()
  await app.vpsHost.destroy(service.vmId!, `ez-${service.id}`)
  app.proxmox.finishTasks()
  assert.equal((await end()).state, 'terminated')
  assert.equal((await backup())?.reason, 'no_machine', 'its disk is gone already')
  await sellerKeeps(30)
})

test('staff keep a backup longer, or delete it before its time', async () => {
  await end()
  const today = app.clock.now().toZonedDateTimeISO('UTC').toPlainDate()
  const until = today.add({ days: 90 })
  await assert.rejects(keepBackup(app, ownerOf(service), { serviceId: service.id, until }), {
    code: 'permission_denied',
  })
  for (const wrong of [today, today.add({ years: 3 })])
    await assert.rejects(keepBackup(app, operations, { serviceId: service.id, until: wrong }), {
      code: 'backup_day_invalid',
    })
  await keepBackup(app, operations, { serviceId: service.id, until })
  app.advance({ hours: 24 * 60 })
  await expire()
  assert.equal((await backup())?.state, 'kept')
  await deleteBackup(app, operations, { serviceId: service.id })
  await app.work()
  await expire()
  assert.equal((await backup())?.state, 'deleted')
  await assert.rejects(deleteBackup(app, operations, { serviceId: service.id }), { code: 'backup_deleted' })
  assert.deepEqual(volumes(), [])
})

test('a copy that the host cannot delete now is deleted later, and holds up no other', async () => {
  await end()
  app.advance({ hours: 24 * 31 })
  app.proxmox.setPermissions({ denied: ['Datastore.AllocateSpace'] })
  await expire()
  const waiting = await backup()
  assert.equal(waiting?.state, 'deleting')
  assert.match(waiting.error ?? '', /Permission check failed/)
  app.proxmox.setPermissions({ denied: [] })
  await expire()
  assert.equal((await backup())?.state, 'deleted')
})

test('a server that is paid for while its backup is made goes on, and the copy is given up', async () => {
  const bought = await buildPaidOrder(app)
  await app.work()
  const { id: serviceId } = await app.db
    .selectFrom('services')
    .select('id')
    .where('customerId', '=', bought.customer.id)
    .executeTakeFirstOrThrow()
  await app.transaction(tester, (tx) => terminateApproved(tx, { serviceId }, { invoiceId: bought.invoice.id }))
  assert.equal((await settled(app, serviceId)).state, 'active')
  assert.match((await getServiceDetail(app, operations, serviceId)).procedure?.error ?? '', /paid for meanwhile/)
  assert.equal((await findFinalBackup(app, operations, serviceId))?.state, 'deleting')
  await expire()
  assert.equal((await findFinalBackup(app, operations, serviceId))?.state, 'deleted')
})

const toldOf = async () =>
  (await checkBackups(app)).filter(({ subjectId }) => subjectId === service.id).map((each) => each.message)

test('I47: an ended server of whose backup nothing is known', async () => {
  await end()
  const { id } = (await backup())!
  await app.db.updateTable('finalBackups').set({ state: 'making' }).where('id', '=', id).execute()
  assert.match((await toldOf()).join(), /nothing says what became/)
  await app.db.updateTable('finalBackups').set({ state: 'kept' }).where('id', '=', id).execute()
})

test('I47: a backup that is kept beyond its day, or lost, or there although it is said to be deleted', async () => {
  await end()
  app.advance({ hours: 24 * 31 })
  assert.match((await toldOf()).join(), /is not deleted/)
  const kept = (await backup())!
  await sql`update final_backups set state = 'deleted', deleted_at = now() where id = ${kept.id}`.execute(app.db)
  assert.match((await toldOf()).join(), /is said to be deleted, but the host has/)
  await sql`update final_backups set state = 'kept', deleted_at = null, kept_until = now() + interval '2 years', volume_id = 'backup:lost'
    where id = ${kept.id}`.execute(app.db)
  assert.match((await toldOf()).join(), /the host has no backup:lost/)
  await app.transaction(tester, (tx) => tx.db.deleteFrom('finalBackups').where('id', '=', kept.id).execute())
})
