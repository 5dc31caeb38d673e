import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { transition } from '#platform/state-machine.ts'
import { lockBackup } from './back-up-machine.ts'
import { backupMachine, type FinalBackup } from './final-backup.ts'
import type { MachineBackup } from './vps-host.ts'

const actor = system('provisioning')
const AT_ONCE = 200

/**
 * Job: deletes the last backups whose days are over, and those that staff gave up. A row says so before the host is asked, and that
 * it is deleted once the host shows it no more; what fails is tried again the next minute, with the host's words on the row.
 */
export const deleteBackups = job({
  name: 'provisioning.delete-backups',
  queue: 'maintenance',
  payload: z.strictObject({}),
  async run(app) {
    await markDue(app)
    const due = await app.db
      .selectFrom('finalBackups')
      .selectAll()
      .where('state', '=', 'deleting')
      // What failed does not keep the others waiting.
      .orderBy('updatedAt')
      .limit(AT_ONCE)
      .execute()
    const byStorage = Map.groupBy(due, ({ storage }) => storage!)
    for (const [storage, backups] of byStorage) await deleteFrom(app, storage, backups)
  },
})

async function markDue(app: App): Promise<void> {
  await app.transaction(actor, async (tx) => {
    const over = await tx.db
      .selectFrom('finalBackups')
      .selectAll()
      .where('state', '=', 'kept')
      .where('keptUntil', '<=', tx.now)
      .orderBy('keptUntil')
      .limit(AT_ONCE)
      .forUpdate()
      .skipLocked()
      .execute()
    for (const backup of over) await transition(tx, backupMachine, backup, 'delete')
  })
}

/** Everything that carries a row's id goes: a try whose answer was lost may have left a second copy. */
async function deleteFrom(app: App, storage: string, backups: readonly FinalBackup[]): Promise<void> {
  let there: MachineBackup[]
  try {
    there = await app.vpsHost.listBackups({ storage })
  } catch (error) {
    return noteTrouble(app, backups, error)
  }
  for (const backup of backups) {
    const copies = there.filter(({ note, volumeId }) => note === backup.id || volumeId === backup.volumeId)
    try {
      let left = 0
      for (const copy of copies) if (await app.vpsHost.deleteBackup(copy)) left += 1
      if (left === 0) await finish(app, backup.id)
    } catch (error) {
      await noteTrouble(app, [backup], error)
    }
  }
}

const finish = (app: App, id: string): Promise<void> =>
  app.transaction(actor, async (tx) => {
    const backup = await lockBackup(tx, id)
    if (backup.state === 'deleting')
      await transition(tx, backupMachine, backup, 'finish', { deletedAt: tx.now, error: null })
  })

const noteTrouble = (app: App, backups: readonly FinalBackup[], error: unknown): Promise<void> =>
  app.transaction(actor, async (tx) => {
    await tx.db
      .updateTable('finalBackups')
      .set({ error: error instanceof Error ? error.message : String(error), updatedAt: tx.now })
      .where(
        'id',
        'in',
        backups.map(({ id }) => id),
      )
      .where('state', '=', 'deleting')
      .execute()
  })
