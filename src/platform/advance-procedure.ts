import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { type AnyProcedure, runProcedure, type StepContext, type Wait } from '#platform/procedure.ts'
import { writeProcedureLog } from '#platform/procedure-log.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'

type Row = Schema['procedures']
type StepRow = Schema['procedureSteps']

const LEASE_SECONDS = 8
const DEFAULT_PATIENCE_SECONDS = 300
const UNDO_PATIENCE_SECONDS = 900
/** Tries of a step that fails without saying that it may work later: a bug of ours or a surprise. */
const SURPRISES = 3
const UNEXPECTED = 'unexpected'

const actor = system('provisioning')

/** What one run of the job knows: whose lease it holds and where it stands. */
type Run = { app: App; definition: AnyProcedure; row: Row; owner: string; steps: Map<number, StepRow> }

/** The job behind `runProcedure`: claims the procedure, works step by step, gives it back when it has to wait. */
export function procedureRunner(definitions: readonly AnyProcedure[]) {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]))
  return async (app: App, procedureId: string, signal: AbortSignal): Promise<void> => {
    const owner = randomUUID()
    const row = await claim(app, procedureId, owner)
    if (!row) return
    const heartbeat = setInterval(() => void renew(app, procedureId, owner), (LEASE_SECONDS * 1000) / 3)
    try {
      const definition = byName.get(row.name)
      if (!definition) throw new Error(`There is no procedure ${row.name} in this release`)
      const steps = await app.db
        .selectFrom('procedureSteps')
        .selectAll()
        .where('procedureId', '=', procedureId)
        .execute()
      await work({ app, definition, row, owner, steps: new Map(steps.map((step) => [step.position, step])) }, signal)
    } finally {
      clearInterval(heartbeat)
      await release(app, procedureId, owner)
    }
  }
}

/** Two workers never hold one procedure: the lease is taken in one statement and dies with its holder. */
async function claim(app: App, id: string, owner: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    update procedures set lease_owner = ${owner}, lease_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and state in ('running', 'compensating') and (lease_until is null or lease_until < clock_timestamp())
    returning *`.execute(app.db)
  if (rows[0]) return rows[0]
  const current = await app.db
    .selectFrom('procedures')
    .select(['state', 'leaseUntil'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (current && current.leaseUntil && ['running', 'compensating'].includes(current.state))
    throw new Error(`Procedure ${id} is worked by another worker; looking again later`)
  return undefined
}

async function renew(app: App, id: string, owner: string): Promise<void> {
  await sql`update procedures set lease_until = clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${id} and lease_owner = ${owner}`
    .execute(app.db)
    .catch((error: unknown) => {
      app.log.warn({ err: error, procedureId: id }, 'lease not renewed')
    })
}

async function release(app: App, id: string, owner: string): Promise<void> {
  await sql`update procedures set lease_owner = null, lease_until = null where id = ${id} and lease_owner = ${owner}`.execute(
    app.db,
  )
}

async function work(run: Run, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const more = run.row.state === 'running' ? await forward(run) : await backward(run)
    if (!more) return
  }
  throw new Error('The worker is stopping; another goes on with this procedure')
}

/** Does the next step. Gives false when the run has to end here. */
async function forward(run: Run): Promise<boolean> {
  const position = run.definition.steps.findIndex((_step, index) => run.steps.get(index)?.state !== 'done')
  const step = run.definition.steps[position]
  if (!step) return finish(run, 'completed')
  const begun = await beginStep(run, position, step.name, 'running')
  const outcome = await attempt(() => step.do(context(run, begun)))
  if (outcome.kind === 'wait')
    return (await patient(run, begun, step.patienceSeconds))
      ? pause(run, position, outcome.wait)
      : compensate(run, position, tooLong(outcome.wait))
  if (outcome.kind === 'error') {
    const retry = outcome.retryable || (outcome.code === UNEXPECTED && begun.attempts < SURPRISES)
    if (retry && (await patient(run, begun, step.patienceSeconds)))
      return pause(run, position, backoff(begun, outcome), outcome.message)
    return compensate(run, position, outcome)
  }
  run.row = await fenced(run, async (tx) => {
    await setStep(tx, run, position, { state: 'done', finishedAt: tx.now, note: null, error: null })
    return updateRow(tx, run, { memory: JSON.stringify({ ...(run.row.memory as object), ...outcome.memory }) })
  })
  return true
}

/** Undoes the last step that was begun and not yet undone. */
async function backward(run: Run): Promise<boolean> {
  const begun = [...run.steps.values()]
    .filter((step) => step.state !== 'undone')
    .toSorted((a, b) => b.position - a.position)
  const [last] = begun
  if (!last) return finish(run, 'compensated')
  const step = run.definition.steps[last.position]
  const begunUndo = await beginStep(run, last.position, last.name, 'undoing')
  const outcome = await attempt(async () => step?.undo?.(context(run, begunUndo)))
  if (outcome.kind === 'done') {
    await fenced(run, (tx) => setStep(tx, run, last.position, { state: 'undone', finishedAt: tx.now, note: null }))
    return true
  }
  const message = outcome.kind === 'error' ? outcome.message : null
  const pauseFor = outcome.kind === 'wait' ? outcome.wait : backoff(begunUndo, outcome)
  if (await patient(run, begunUndo, UNDO_PATIENCE_SECONDS)) return pause(run, last.position, pauseFor, message)
  await fenced(run, async (tx) => {
    await setStep(tx, run, last.position, { state: 'failed', error: message ?? pauseFor.note })
    await updateRow(tx, run, { state: 'stuck' })
    await tx.emit('procedure.stuck', run.row.id, {
      ...owned(run),
      after: { step: last.name, error: message ?? pauseFor.note },
    })
  })
  return false
}

type Outcome =
  | { kind: 'done'; memory: object }
  | { kind: 'wait'; wait: Wait }
  | { kind: 'error'; retryable: boolean; message: string; code: string; retryAfterSeconds: number | undefined }

async function attempt(act: () => Promise<object | Wait | void>): Promise<Outcome> {
  try {
    const result = await act()
    if (result && 'waitSeconds' in result) return { kind: 'wait', wait: result }
    return { kind: 'done', memory: result ?? {} }
  } catch (error) {
    const known = isProblem(error) ? error : undefined
    return {
      kind: 'error',
      retryable: known?.kind === 'unavailable',
      message: error instanceof Error ? error.message : String(error),
      code: known?.code ?? UNEXPECTED,
      retryAfterSeconds: known?.retryAfterSeconds,
    }
  }
}

const tooLong = (waited: Wait): { message: string; code: string } => ({
  message: `Gave up waiting: ${waited.note}`,
  code: 'gave_up',
})

const backoff = (step: StepRow, outcome: { message: string; retryAfterSeconds: number | undefined }): Wait => ({
  waitSeconds: outcome.retryAfterSeconds ?? Math.min(20, 2 ** Math.min(step.attempts, 5)),
  note: outcome.message,
})

/** Whether a step begun then may still go on; measured on the database's clock. */
async function patient(run: Run, step: StepRow, seconds = DEFAULT_PATIENCE_SECONDS): Promise<boolean> {
  const { rows } = await sql<{ patient: boolean }>`
    select clock_timestamp() < ${step.startedAt}::timestamptz + make_interval(secs => ${seconds}) as patient`.execute(
    run.app.db,
  )
  return rows[0]!.patient
}

/** Says what will be done before it is done, so that a crash leaves a trace to resume or undo. */
async function beginStep(run: Run, position: number, name: string, state: 'running' | 'undoing'): Promise<StepRow> {
  const known = run.steps.get(position)
  // A step that waited goes on with the patience it began with.
  const resumes = known && (known.state === state || (state === 'running' && known.state === 'waiting'))
  return fenced(run, async (tx) => {
    const { rows } = await sql<StepRow>`
      insert into procedure_steps (procedure_id, position, name, state, attempts, started_at)
      values (${run.row.id}, ${position}, ${name}, ${state}, 1, clock_timestamp())
      on conflict (procedure_id, position) do update set state = ${state},
        attempts = ${resumes ? sql`procedure_steps.attempts` : sql`1`},
        waits_for = ${resumes ? sql`procedure_steps.waits_for` : sql`null`},
        started_at = ${resumes ? sql`procedure_steps.started_at` : sql`clock_timestamp()`}
      returning *`.execute(tx.db)
    run.steps.set(position, rows[0]!)
    if (!resumes) await tx.emit('procedure.advanced', run.row.id, { ...owned(run), after: { step: name, state } })
    return rows[0]!
  })
}

/** Gives the procedure back until later; the promise to come back commits with it. */
async function pause(
  run: Run,
  position: number,
  { waitSeconds, note, waitsFor }: Wait,
  error: string | null = null,
): Promise<boolean> {
  await fenced(run, async (tx) => {
    const waiting = run.row.state === 'running' ? { state: 'waiting' as const } : {}
    const attempts = (run.steps.get(position)?.attempts ?? 1) + (error === null ? 0 : 1)
    // Trouble on the way to what is waited for says nothing about it.
    const watched = error === null ? { waitsFor: waitsFor ? JSON.stringify(waitsFor) : null } : {}
    await setStep(tx, run, position, { ...waiting, ...watched, note, error, attempts })
    if (error !== null) await writeLog(tx, run, position, `${error} Trying again in ${waitSeconds} s.`)
    await sql`update procedures set wake_at = clock_timestamp() + make_interval(secs => ${waitSeconds}), lease_owner = null,
      lease_until = null, updated_at = ${tx.now} where id = ${run.row.id}`.execute(tx.db)
    await tx.enqueue(runProcedure, { procedureId: run.row.id }, { afterSeconds: waitSeconds })
  })
  return false
}

async function compensate(run: Run, position: number, failure: { message: string; code: string }): Promise<boolean> {
  run.row = await fenced(run, async (tx) => {
    await setStep(tx, run, position, { state: 'failed', error: failure.message, finishedAt: tx.now })
    await writeLog(tx, run, position, `Failed: ${failure.message} Undoing what was done.`)
    const row = await updateRow(tx, run, { state: 'compensating', error: failure.message, errorCode: failure.code })
    await tx.emit('procedure.compensating', row.id, { ...owned(run), after: { error: failure.message } })
    return row
  })
  return true
}

async function finish(run: Run, state: 'completed' | 'compensated'): Promise<boolean> {
  const { definition, row } = run
  const told = { subjectId: row.subjectId, input: definition.input.parse(row.input), memory: row.memory as object }
  await fenced(run, async (tx) => {
    if (state === 'completed') await definition.onCompleted(tx, told)
    else await definition.onCompensated(tx, { ...told, error: row.error ?? '', code: row.errorCode ?? UNEXPECTED })
    await updateRow(tx, run, { state, finishedAt: tx.now, leaseOwner: null, leaseUntil: null })
    await tx.emit(`procedure.${state}`, row.id, { ...owned(run), after: { name: row.name, subjectId: row.subjectId } })
  })
  return false
}

/** Every write of a run proves first that the lease is still its own; a run that was overtaken stops here. */
const fenced = <T>(run: Run, act: (tx: Tx) => Promise<T>): Promise<T> =>
  run.app.transaction(actor, async (tx) => {
    const held = await tx.db
      .selectFrom('procedures')
      .select('id')
      .where('id', '=', run.row.id)
      .where('leaseOwner', '=', run.owner)
      .forUpdate()
      .executeTakeFirst()
    if (!held) throw new Error(`Procedure ${run.row.id} was taken over by another worker`)
    return act(tx)
  })

async function setStep(tx: Tx, run: Run, position: number, changes: Partial<StepRow>): Promise<void> {
  const row = await tx.db
    .updateTable('procedureSteps')
    .set(changes)
    .where('procedureId', '=', run.row.id)
    .where('position', '=', position)
    .returningAll()
    .executeTakeFirstOrThrow()
  run.steps.set(position, row)
}

async function updateRow(tx: Tx, run: Run, changes: Partial<Row>): Promise<Row> {
  return tx.db
    .updateTable('procedures')
    .set({ ...changes, updatedAt: tx.now })
    .where('id', '=', run.row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const owned = (run: Run): { customerId?: string } => (run.row.customerId ? { customerId: run.row.customerId } : {})

function context(run: Run, step: StepRow): StepContext<object, object> {
  return {
    app: run.app,
    procedureId: run.row.id,
    subjectId: run.row.subjectId,
    input: run.definition.input.parse(run.row.input),
    memory: run.row.memory as object,
    waitsFor: step.waitsFor,
    undoing: run.row.state === 'compensating',
    log: (message) => run.app.transaction(actor, (tx) => writeLog(tx, run, step.position, message)),
  }
}

const writeLog = (tx: Tx, run: Run, position: number, message: string): Promise<void> =>
  writeProcedureLog(tx, run.row.id, run.definition.steps[position]?.name ?? null, message)
