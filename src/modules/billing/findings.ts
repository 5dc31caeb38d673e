import type { Finding } from '#platform/invariant.ts'

/** What a query found broken, and where. */
export type Row = { subjectId: string; detail: string }

export const findings = (invariant: Finding['invariant'], rows: readonly Row[], say: (row: Row) => string): Finding[] =>
  rows.map((row) => ({ invariant, subjectId: row.subjectId, message: say(row) }))
