import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { type StepContext, type Wait, wait } from '#platform/procedure.ts'
import type { NoBackupReason } from '#platform/schema.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { readBackupDays } from './backup-queries.ts'
import { backupMachine, type FinalBackup } from './final-backup.ts'
import { machineTag } from './machine-tag.ts'
import type { Service } from './service.ts'
import { findOwnMachine, stepTransaction } from './service-step.ts'

/** Tries the host may fail before a person has to decide. */
const TRIES = 3
const PAUSE_SECONDS = 60

type BackupStep = StepContext<{ withoutBackup?: boolean | undefined }, object>

/**
 * Step: copies a server's disks before it is destroyed. The row is there before the host is asked and its id stands on the copy, so
 * that a copy whose answer was lost is found and not made twice. Throws `final_backup_failed` once the host has failed three times:
 * then nothing is destroyed. A server without a machine needs none.
 */
export async function backUpMachine(step: BackupStep): Promise<Wait | undefined> {
  const { backup, service } = await stepTransaction(step, 'running', async (tx, locked) => ({
    backup: await beginBackup(tx, step, locked),
    service: locked,
  }))
  if (backup.state !== 'making' || service.vmId === null || (await noteIfWhole(step, service, backup))) return undefined
  // It throws when the machine is somebody else's: that is never copied, and never destroyed.
  const machine = await findOwnMachine(step.app, service)
  if (!machine) return skipBackup(step, backup, 'no_machine')
  const { node, vmId } = machine
  const note = 'The last backup is being made.'
  if (await step.app.vpsHost.findRunningTask(node, vmId)) return wait(3, note)
  const failed = await whyItFailed(step.app, backup)
  // It may have become whole since it was looked for.
  if (failed !== undefined)
    return (await noteIfWhole(step, service, backup)) ? undefined : countFailure(step, backup, failed)
  if (machine.lock !== undefined) return wait(5, `The machine is locked (${machine.lock}).`)
  try {
    const task = await step.app.vpsHost.backUp({ node, vmId, tag: machineTag(service.id), note: backup.id })
    await update(step, backup, { taskNode: task.node, taskId: task.taskId })
  } catch (error) {
    if (isProblem(error) && error.code === 'vps_host_refused') return countFailure(step, backup, error.message)
    throw error
  }
  return (await noteIfWhole(step, service, backup)) ? undefined : wait(2, note)
}

/** The row of this run; without a copy where none can or need be made. */
async function beginBackup(tx: Tx, step: BackupStep, service: Service): Promise<FinalBackup> {
  const known = await tx.db
    .selectFrom('finalBackups')
    .selectAll()
    .where('procedureId', '=', step.procedureId)
    .forUpdate()
    .executeTakeFirst()
  if (known) return known
  const { id: serviceId, customerId, vmId, subscriptionId } = service
  const backup = await tx.db
    .insertInto('finalBackups')
    .values({
      id: newId('bkp'),
      serviceId,
      customerId,
      procedureId: step.procedureId,
      state: 'making',
      vmId,
      failures: 0,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.emit('backup.making', backup.id, { customerId, after: { serviceId } })
  const reason = await whyNone(tx, step, { vmId, subscriptionId })
  return reason ? transition(tx, backupMachine, backup, 'skip', { reason }) : backup
}

async function whyNone(
  tx: Tx,
  { app, input }: BackupStep,
  { vmId, subscriptionId }: Pick<Service, 'vmId' | 'subscriptionId'>,
): Promise<NoBackupReason | undefined> {
  if (vmId === null) return 'no_machine'
  if (input.withoutBackup) return 'by_staff'
  if (app.config.proxmox.backupStorage === undefined) return 'no_storage'
  return (await readBackupDays(tx.db, subscriptionId)) === 0 ? 'turned_off' : undefined
}

/** Records the copy once the host shows it whole. */
async function noteIfWhole(step: BackupStep, service: Service, { id }: FinalBackup): Promise<boolean> {
  const listed = await step.app.vpsHost.listBackups({ vmId: service.vmId! })
  const whole = listed.find(({ note }) => note === id)
  if (!whole) return false
  await stepTransaction(step, 'running', async (tx) => {
    const backup = await lockBackup(tx, id)
    const days = await readBackupDays(tx.db, service.subscriptionId)
    const { node, storage, volumeId, sizeBytes } = whole
    await transition(tx, backupMachine, backup, 'keep', {
      node,
      storage,
      volumeId,
      sizeBytes: BigInt(sizeBytes),
      madeAt: tx.now,
      keptUntil: tx.now.add({ hours: 24 * days }),
      error: null,
      taskNode: null,
      taskId: null,
    })
  })
  return true
}

/** The host's words when what it was asked for has ended without a copy; undefined while nothing is known to have failed. */
async function whyItFailed(app: App, { taskNode: node, taskId }: FinalBackup): Promise<string | undefined> {
  if (node === null || taskId === null) return undefined
  const outcome = await app.vpsHost.taskState({ node, taskId })
  if (outcome.state === 'running') return undefined
  return outcome.state === 'failed' ? outcome.reason : 'The host calls the backup done, but shows none.'
}

async function countFailure(step: BackupStep, backup: FinalBackup, error: string): Promise<never> {
  const { failures } = await update(step, backup, {
    failures: backup.failures + 1,
    error,
    taskNode: null,
    taskId: null,
  })
  if (failures < TRIES)
    throw new Problem('unavailable', 'final_backup_failed', error, { retryAfterSeconds: PAUSE_SECONDS })
  throw new Problem('conflict', 'final_backup_failed', `The last backup failed ${failures} times: ${error}`)
}

const skipBackup = (step: BackupStep, { id }: FinalBackup, reason: NoBackupReason): Promise<undefined> =>
  stepTransaction(step, 'running', async (tx) => {
    await transition(tx, backupMachine, await lockBackup(tx, id), 'skip', { reason })
    return undefined
  })

const update = (step: BackupStep, { id }: FinalBackup, changes: Partial<FinalBackup>): Promise<FinalBackup> =>
  stepTransaction(step, 'running', (tx) =>
    tx.db
      .updateTable('finalBackups')
      .set({ ...changes, updatedAt: tx.now })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow(),
  )

/** Locks a copy's row; its service is locked before it. */
export const lockBackup = (tx: Tx, id: string): Promise<FinalBackup> =>
  tx.db.selectFrom('finalBackups').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()

/**
 * When a server is not ended after all: a copy that was not finished has failed, which staff are told, and one that is whole is given
 * up at once when `isOff`, since the server goes on.
 */
export async function giveUpBackup(
  tx: Tx,
  { procedureId, error, isOff }: { procedureId: string; error: string; isOff: boolean },
): Promise<void> {
  const backup = await tx.db
    .selectFrom('finalBackups')
    .selectAll()
    .where('procedureId', '=', procedureId)
    .forUpdate()
    .executeTakeFirst()
  if (backup?.state === 'making') {
    await transition(tx, backupMachine, backup, 'fail', { error })
    await tx.emit('service.backup_failed', backup.serviceId, { customerId: backup.customerId, after: { error } })
  }
  if (backup?.state === 'kept' && isOff) await transition(tx, backupMachine, backup, 'delete')
}
