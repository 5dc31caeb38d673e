import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { ProcedureState, ProcedureStepState, Schema } from '#platform/schema.ts'
import type { ProcedureRun } from './procedure-run.ts'
import { provisioningProcedures } from './provisioning-procedures.ts'
import { procedureNotFound } from './retry-procedure.ts'

/** One step of a run; `planned` until it begins. */
export type StepProgress = {
  name: string
  state: ProcedureStepState | 'planned'
  attempts: number
  note: string | null
  error: string | null
  startedAt: Temporal.Instant | null
  finishedAt: Temporal.Instant | null
}

/** How far a run is. `live` while it works, undoes or is stuck. What the host said in `error` and `note` is for staff. */
export type ProcedureProgress = {
  id: string
  name: string
  state: ProcedureState
  live: boolean
  error: string | null
  createdAt: Temporal.Instant
  finishedAt: Temporal.Instant | null
  steps: StepProgress[]
}

const isLive = (state: ProcedureState): boolean => ['running', 'compensating', 'stuck'].includes(state)

/**
 * What works on a subject now, or did last; with a name, the last run of that procedure. The caller has checked that the
 * actor may see the subject.
 */
export async function findCurrentProcedure(
  app: App,
  subjectId: string,
  name?: string,
): Promise<ProcedureProgress | undefined> {
  const run = await app.db
    .selectFrom('procedures')
    .selectAll()
    .where('subjectId', '=', subjectId)
    .$if(name !== undefined, (query) => query.where('name', '=', name!))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return run && progressOf(run, await readSteps(app, run.id))
}

/** The same for customers: how far it is, without the host's own words. */
export const withoutHostWords = (progress: ProcedureProgress): ProcedureProgress => ({
  ...progress,
  error: null,
  steps: progress.steps.map((step) => ({ ...step, error: null, note: step.error === null ? step.note : null })),
})

export type ProcedureFilter = PageFilter & {
  oldestFirst?: boolean | undefined
  state?: ProcedureState | undefined
  subjectId?: string | undefined
  customerId?: string | undefined
}

/** Staff: runs of procedures, newest first unless told. */
export async function listProcedures(
  app: App,
  actor: Actor,
  filter: ProcedureFilter,
): Promise<Page<ProcedureRun & { hostname: string | null; customerName: string | null }>> {
  requirePermission(actor, 'procedure.read')
  const rows = await app.db
    .selectFrom('procedures')
    .leftJoin('services', 'services.id', 'procedures.subjectId')
    .leftJoin('customers', 'customers.id', 'procedures.customerId')
    .selectAll('procedures')
    .select(['services.hostname', 'customers.name as customerName'])
    .$if(filter.state !== undefined, (query) => query.where('procedures.state', '=', filter.state!))
    .$if(filter.subjectId !== undefined, (query) => query.where('procedures.subjectId', '=', filter.subjectId!))
    .$if(filter.customerId !== undefined, (query) => query.where('procedures.customerId', '=', filter.customerId!))
    .$if(filter.after !== undefined, (query) =>
      query.where('procedures.id', filter.oldestFirst ? '>' : '<', filter.after!),
    )
    .orderBy('procedures.id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

export type ProcedureDetail = {
  run: ProcedureRun
  progress: ProcedureProgress
  log: Schema['procedureLog'][]
  service: { id: string; hostname: string; customerId: string } | undefined
}

/** Staff: one run with its steps and its log. Throws `procedure_not_found`. */
export async function getProcedure(app: App, actor: Actor, procedureId: string): Promise<ProcedureDetail> {
  requirePermission(actor, 'procedure.read')
  const run = await app.db
    .selectFrom('procedures')
    .selectAll()
    .where('id', '=', procedureId)
    .executeTakeFirstOrThrow(procedureNotFound)
  const [steps, log, service] = await Promise.all([
    readSteps(app, procedureId),
    app.db.selectFrom('procedureLog').selectAll().where('procedureId', '=', procedureId).orderBy('line').execute(),
    app.db
      .selectFrom('services')
      .select(['id', 'hostname', 'customerId'])
      .where('id', '=', run.subjectId)
      .executeTakeFirst(),
  ])
  return { run, progress: progressOf(run, steps), log, service }
}

const readSteps = (app: App, procedureId: string): Promise<Schema['procedureSteps'][]> =>
  app.db.selectFrom('procedureSteps').selectAll().where('procedureId', '=', procedureId).orderBy('position').execute()

/** The steps that ran, followed by those still to come; names come from the rows, so that old runs stay readable. */
function progressOf(run: ProcedureRun, rows: Schema['procedureSteps'][]): ProcedureProgress {
  const known = provisioningProcedures.find((each) => each.name === run.name)?.steps ?? []
  const begun = rows.map(({ name, state, attempts, note, error, startedAt, finishedAt }): StepProgress => {
    return { name, state, attempts, note, error, startedAt, finishedAt }
  })
  const nothing = { attempts: 0, note: null, error: null, startedAt: null, finishedAt: null }
  const planned = known.slice(rows.length).map(({ name }): StepProgress => ({ name, state: 'planned', ...nothing }))
  const { id, name, state, error, createdAt, finishedAt } = run
  return { id, name, state, live: isLive(state), error, createdAt, finishedAt, steps: [...begun, ...planned] }
}
