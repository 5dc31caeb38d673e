import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'

/** Adds a line to what staff read about a procedure. */
export async function writeProcedureLog(
  tx: Tx,
  procedureId: string,
  step: string | null,
  message: string,
): Promise<void> {
  await sql`insert into procedure_log (procedure_id, line, step, message, created_at)
    select ${procedureId}, coalesce(max(line), 0) + 1, ${step}, ${message}, ${tx.now}
    from procedure_log where procedure_id = ${procedureId}`.execute(tx.db)
}
