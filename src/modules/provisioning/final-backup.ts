import type { BackupState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** The copy of a server's disks that is made before it is ended for good; its id stands on the copy as a note. */
export type FinalBackup = Schema['finalBackups']

export const backupMachine = stateMachine({
  noun: 'backup',
  table: 'finalBackups',
  states: {
    making: { keep: 'kept', fail: 'failed', skip: 'skipped' },
    failed: {},
    kept: { delete: 'deleting' },
    deleting: { finish: 'deleted' },
    deleted: {},
    skipped: {},
  } satisfies Transitions<BackupState>,
})

/** Staff may keep a copy so many days longer than today, at most. */
export const KEEP_DAYS_AT_MOST = 730
