import assert from 'node:assert/strict'
import type { App } from '#app/app.ts'
import type { VpsHost } from '#modules/provisioning/vps-host.ts'
import { procedureRunner } from '#platform/advance-procedure.ts'
import { Problem } from '#platform/problem.ts'
import type { AnyProcedure, Step } from '#platform/procedure.ts'
import type { ProcedureState } from '#platform/schema.ts'
import type { TestApp } from './test-app.ts'

type AnyStep = Step<object, object>
/** Starts the procedure on a fresh subject and gives its id. */
type Begin = () => Promise<{ procedureId: string; subjectId: string }>

/** Takes a procedure to its end by this definition of it, without waiting for pauses or for the host's tasks. */
export async function driveProcedure(
  app: TestApp,
  definition: AnyProcedure,
  procedureId: string,
  changes: Partial<App> = {},
): Promise<ProcedureState> {
  const advance = procedureRunner([definition])
  for (let round = 0; round < 200; round += 1) {
    app.proxmox.finishTasks()
    await advance({ ...app, ...changes }, procedureId, new AbortController().signal)
    const { state } = await app.db
      .selectFrom('procedures')
      .select('state')
      .where('id', '=', procedureId)
      .executeTakeFirstOrThrow()
    if (state !== 'running' && state !== 'compensating') return state
  }
  throw new Error(`Procedure ${procedureId} did not come to an end`)
}

/** Every step's `do` runs twice, as after a crash between the act and its record. Gives the subject to look at. */
export async function everyStepTwice(app: TestApp, definition: AnyProcedure, begin: Begin): Promise<string> {
  const twice = changeSteps(definition, (step) => ({
    ...step,
    do: async (context) => {
      const first = await step.do(context)
      return first && 'waitSeconds' in first ? first : step.do(context)
    },
  }))
  const { procedureId, subjectId } = await begin()
  assert.equal(await driveProcedure(app, twice, procedureId), 'completed')
  return subjectId
}

/**
 * Every step fails, once before it acts and once after; every undo runs twice. Each time all is undone, and
 * `nothingLeft` looks at what the failed run's subject left behind.
 */
export async function failureAtEachStep(
  app: TestApp,
  definition: AnyProcedure,
  begin: Begin,
  nothingLeft: (subjectId: string, failure: { step: string; acted: boolean }) => Promise<void>,
): Promise<void> {
  for (const { name } of definition.steps)
    for (const acted of [false, true]) {
      const { procedureId, subjectId } = await begin()
      const ended = await driveProcedure(app, failing(definition, name, acted), procedureId)
      assert.equal(ended, 'compensated', `failed ${acted ? 'after' : 'before'} "${name}" acted`)
      await nothingLeft(subjectId, { step: name, acted })
    }
}

/** The procedure with one step that fails, before or after it acts, and every undo done twice. */
export function failing(definition: AnyProcedure, name: string, acted: boolean): AnyProcedure {
  return changeSteps(definition, (step) => ({
    ...step,
    do: async (context) => {
      if (step.name !== name) return step.do(context)
      const outcome = acted ? await step.do(context) : undefined
      if (outcome && 'waitSeconds' in outcome) return outcome
      throw new Problem('conflict', 'made_to_fail', 'The host was made to fail here.')
    },
    ...(step.undo ? { undo: twiceUndone(step.undo.bind(step)) } : {}),
  }))
}

const twiceUndone =
  (undo: NonNullable<AnyStep['undo']>): NonNullable<AnyStep['undo']> =>
  async (context) =>
    (await undo(context)) ?? undo(context)

/** What only asks may be asked again without a thought; an answer lost there is like any other trouble. */
const ASKS: ReadonlySet<keyof VpsHost> = new Set([
  'ping',
  'listNodes',
  'listMachines',
  'listBackups',
  'findMachine',
  'isOurs',
  'findRunningTask',
  'taskState',
  'guestAddresses',
])

/**
 * Runs the procedure once clean and counts the calls that change the host; then once for each of them, whose answer is
 * lost after the host has acted. Each run must end as `ended` says, and `look` looks at its subject. Gives the number of
 * lost answers.
 */
export async function lostAnswerAtEachCall(
  app: TestApp,
  definition: AnyProcedure,
  begin: Begin,
  ended: 'completed' | 'compensated',
  look: (subjectId: string, lost: string) => Promise<void>,
): Promise<number> {
  const count = await runLosing(app, definition, begin, undefined, ended, look)
  for (let call = 1; call <= count; call += 1) await runLosing(app, definition, begin, call, ended, look)
  return count
}

async function runLosing(
  app: TestApp,
  definition: AnyProcedure,
  begin: Begin,
  lostCall: number | undefined,
  ended: 'completed' | 'compensated',
  look: (subjectId: string, lost: string) => Promise<void>,
): Promise<number> {
  let calls = 0
  let lost = 'nothing'
  const vpsHost = new Proxy(app.vpsHost, {
    get:
      (host, name: keyof VpsHost) =>
      async (...args: unknown[]) => {
        if (!ASKS.has(name)) calls += 1
        const isLost = !ASKS.has(name) && calls === lostCall
        const answer: unknown = await Reflect.apply(host[name], host, args)
        if (!isLost) return answer
        lost = `the answer to ${name}, call ${calls}`
        throw new Problem('unavailable', 'vps_host_unavailable', 'The answer of the host was lost.')
      },
  })
  const { procedureId, subjectId } = await begin()
  assert.equal(await driveProcedure(app, definition, procedureId, { vpsHost }), ended, `lost: ${lost}`)
  await look(subjectId, lost)
  return calls
}

const changeSteps = (definition: AnyProcedure, change: (step: AnyStep) => AnyStep): AnyProcedure => ({
  ...definition,
  steps: definition.steps.map(change),
})
