import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { backupMachine, type FinalBackup, KEEP_DAYS_AT_MOST } from './final-backup.ts'
import { lockBackup } from './back-up-machine.ts'
import { deleteBackups } from './delete-backups.ts'

/**
 * Staff: keeps the last backup of an ended server until the end of another day (UTC). Throws `no_backup`, `backup_deleting`, … when
 * none is kept any more, `backup_day_invalid` when the day is not after today or more than two years away.
 */
export async function keepBackup(
  app: App,
  actor: Actor,
  input: { serviceId: string; until: Temporal.PlainDate },
): Promise<void> {
  requirePermission(actor, 'service.terminate')
  await app.transaction(actor, async (tx) => {
    const backup = await lockKept(tx, input.serviceId)
    const keptUntil = input.until.add({ days: 1 }).toZonedDateTime('UTC').toInstant()
    const latest = tx.now.add({ hours: 24 * KEEP_DAYS_AT_MOST })
    if (
      Temporal.Instant.compare(keptUntil, tx.now.add({ hours: 24 })) < 0 ||
      Temporal.Instant.compare(keptUntil, latest) > 0
    )
      throw new Problem('invalid', 'backup_day_invalid', 'Choose a day from tomorrow on, at most two years ahead.', {
        issues: [{ path: 'until', message: 'Choose a day from tomorrow on, at most two years ahead.' }],
      })
    await tx.db.updateTable('finalBackups').set({ keptUntil, updatedAt: tx.now }).where('id', '=', backup.id).execute()
    const { customerId } = backup
    await tx.emit('backup.kept_until', backup.id, {
      customerId,
      before: { keptUntil: backup.keptUntil },
      after: { keptUntil },
    })
  })
}

/** Staff: deletes the last backup of an ended server before its time. Throws `no_backup`, `backup_deleting`, …. */
export async function deleteBackup(app: App, actor: Actor, input: { serviceId: string }): Promise<void> {
  requirePermission(actor, 'service.terminate')
  await app.transaction(actor, async (tx) => {
    await transition(tx, backupMachine, await lockKept(tx, input.serviceId), 'delete')
    await tx.enqueue(deleteBackups, {})
  })
}

async function lockKept(tx: Tx, serviceId: string): Promise<FinalBackup> {
  const found = await tx.db
    .selectFrom('finalBackups')
    .select('id')
    .where('serviceId', '=', serviceId)
    .where('volumeId', 'is not', null)
    .orderBy((each) => each.case().when('state', '=', 'kept').then(0).else(1).end())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!found) throw new Problem('not_found', 'no_backup', 'There is no backup of this server.')
  const backup = await lockBackup(tx, found.id)
  requireVerb(backupMachine, backup, 'delete')
  return backup
}
