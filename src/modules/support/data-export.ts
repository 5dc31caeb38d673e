import type { DataExportState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** A person's own data as a file. */
export type DataExport = Omit<Schema['dataExports'], 'content'>

export const DATA_EXPORT_COLUMNS = ['id', 'userId', 'state', 'createdAt', 'updatedAt', 'expiresAt'] as const

export const dataExportMachine = stateMachine({
  noun: 'data_export',
  table: 'dataExports',
  states: {
    pending: { finish: 'ready' },
    ready: {},
  } satisfies Transitions<DataExportState>,
})

/** So long the file can be had. */
export const EXPORT_DAYS = 7
