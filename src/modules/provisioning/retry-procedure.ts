import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { runProcedure } from '#platform/procedure.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import { procedureMachine, type ProcedureRun } from './procedure-run.ts'

/**
 * Staff: sets a stuck procedure going again. It goes on undoing where it stopped, with its full patience. Throws
 * `procedure_not_found`, and `procedure_running`, `procedure_completed`, … when it is not stuck.
 */
export async function retryProcedure(app: App, actor: Actor, input: { procedureId: string }): Promise<ProcedureRun> {
  requirePermission(actor, 'procedure.retry')
  return app.transaction(actor, async (tx) => {
    const run = await tx.db
      .selectFrom('procedures')
      .selectAll()
      .where('id', '=', input.procedureId)
      .forUpdate()
      .executeTakeFirst()
    if (!run) throw procedureNotFound()
    requireVerb(procedureMachine, run, 'retry')
    const { id, state, customerId } = run
    const row = { id, state, ...(customerId === null ? {} : { customerId }) }
    const going = await transition(tx, procedureMachine, row, 'retry')
    await tx.enqueue(runProcedure, { procedureId: id })
    return going
  })
}

export const procedureNotFound = (): Problem =>
  new Problem('not_found', 'procedure_not_found', 'There is no such procedure.')
