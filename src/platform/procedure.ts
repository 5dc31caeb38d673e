import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

/** Said by a step that has to look again later. The wait outlives the process, and so does what is waited for. */
export type Wait = { waitSeconds: number; note: string; waitsFor?: object }
/** `waitsFor` is what the step began outside: it is told to the step when it looks again. */
export const wait = (waitSeconds: number, note: string, waitsFor?: object): Wait => ({
  waitSeconds,
  note,
  ...(waitsFor && { waitsFor }),
})

export type StepContext<I, M> = {
  app: App
  procedureId: string
  /** What the procedure works on, such as a service. */
  subjectId: string
  input: I
  /** What earlier steps remembered. */
  memory: Partial<M>
  /** What this step said that it waits for when it looked the last time; an error in between does not make it forget. */
  waitsFor: unknown
  /** Whether this is the step's `undo`. */
  undoing: boolean
  /** Writes a line into the procedure's log, for staff. */
  log(message: string): Promise<void>
}

/**
 * One named step on a remote system. `do` may run again after a crash, so it looks before it acts; `undo` runs when the
 * step was begun, finished or not, and accepts that there is nothing to undo. A Problem of kind `unavailable` means "try
 * again later", any other error ends the procedure and undoes it. Renaming a step is a migration.
 */
export type Step<I, M> = {
  name: string
  do(context: StepContext<I, M>): Promise<Partial<M> | Wait | void>
  undo?(context: StepContext<I, M>): Promise<Wait | void>
  /** How long the step may wait or be retried in all before it counts as failed. */
  patienceSeconds?: number
}

export type Procedure<I extends object, M extends object> = {
  name: string
  input: z.ZodType<I>
  steps: Step<I, M>[]
  /** In the transaction that ends a run well. */
  onCompleted(tx: Tx, run: { subjectId: string; input: I; memory: Partial<M> }): Promise<void>
  /** In the transaction that ends a run after everything was undone. */
  onCompensated(
    tx: Tx,
    run: { subjectId: string; input: I; memory: Partial<M>; error: string; code: string },
  ): Promise<void>
}

// Stored as text and read back through its own schema, a procedure's types end at its edge.
export type AnyProcedure = Procedure<object, object>

export const procedure = <I extends object, M extends object>(definition: Procedure<I, M>): Procedure<I, M> =>
  definition

/** Begins a procedure with the caller's transaction. Refuses with `procedure_running` while another works on the subject. */
export async function startProcedure<I extends object, M extends object>(
  tx: Tx,
  definition: Procedure<I, M>,
  run: { subjectId: string; customerId: string; input: I },
): Promise<string> {
  const id = newId('prc')
  await tx.db
    .insertInto('procedures')
    .values({
      id,
      name: definition.name,
      subjectId: run.subjectId,
      customerId: run.customerId,
      state: 'running',
      input: JSON.stringify(definition.input.parse(run.input)),
      memory: '{}',
      wakeAt: sql<Temporal.Instant>`clock_timestamp()`,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .execute()
  await tx.emit('procedure.running', id, {
    customerId: run.customerId,
    after: { name: definition.name, subjectId: run.subjectId },
  })
  await tx.enqueue(runProcedure, { procedureId: id })
  return id
}

/** Takes a procedure as far as it goes now. Safe to run at any moment, by any worker, twice at once. */
export const runProcedure = job({
  name: 'provisioning.run-procedure',
  queue: 'provisioning',
  payload: z.object({ procedureId: z.string() }),
  async run(app, { procedureId }, signal) {
    await app.advanceProcedure(app, procedureId, signal)
  },
})
