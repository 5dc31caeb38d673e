import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, system } from '#platform/actor.ts'
import type { Finding } from '#platform/invariant.ts'
import { newId } from '#platform/ids.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import type { Schema } from '#platform/schema.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { catchUpGatewayEvents } from './catch-up-gateway-events.ts'
import { proofChecks } from './proof-checks.ts'
import { type ProofRun, proofRunMachine } from './proof-run.ts'
import { type MoneyProof, proveMoney } from './prove-money.ts'
import { forgetOldProofs, recordFindings } from './record-findings.ts'

const actor = system('billing')
/** From this hour on, in the seller's time zone, the night's proof is due. */
const HOUR = 4
/** While something is on its way a proof waits: so often, and so many seconds each. Whoever asked for one waits less. */
const PATIENCE = { night: { tries: 6, seconds: 300 }, asked: { tries: 2, seconds: 20 } } as const
/** A run that was cut off for good does not hold up the next one for longer. */
const STALE_HOURS = 2

/** Verifies everything about money and keeps what differs. Safe to run twice and to kill: a run ends once. */
export const runProof = job({
  name: 'billing.run-proof',
  queue: 'maintenance',
  payload: z.object({ proofRunId: z.string() }),
  async run(app, { proofRunId }, signal) {
    const run = await app.db.selectFrom('proofRuns').selectAll().where('id', '=', proofRunId).executeTakeFirstOrThrow()
    if (run.state !== 'running') return
    const { settled, currencies } = await proveAtRest(app, signal)
    if (!settled && (await putOff(app, run))) return
    const found: Finding[] = []
    for (const [index, check] of proofChecks.entries()) {
      signal.throwIfAborted()
      found.push(...(await check(app)))
      await app.transaction(actor, (tx) => noteProgress(tx, run.id, index + 1))
    }
    await app.transaction(actor, async (tx) => {
      const locked = await lockRun(tx, run.id)
      if (locked.state !== 'running') return
      const { findings, newFindings } = await recordFindings(tx, { run: locked, found, compared: settled })
      const verb = findings > 0 ? 'find' : settled ? 'pass' : 'leaveOpen'
      await transition(tx, proofRunMachine, locked, verb, {
        findings,
        newFindings,
        compared: settled,
        currencies: JSON.stringify(currencies, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        finishedAt: tx.now,
      })
      await forgetOldProofs(tx)
    })
  },
})

/** What the gateway told since it was last asked is taken in first; when it does not answer, the copy is as old as it is. */
async function proveAtRest(app: App, signal: AbortSignal): Promise<MoneyProof> {
  const proof = await proveMoney(app)
  if (proof.settled) return proof
  try {
    await catchUpGatewayEvents.run(app, {}, signal)
  } catch (error) {
    if (isProblem(error) && error.kind === 'unavailable') return proof
    throw error
  }
  return proveMoney(app)
}

/** Clock → the night's proof, once per day of the seller's time zone. */
export const proveNightly = job({
  name: 'billing.prove-nightly',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    const seller = await app.db.selectFrom('legalEntities').select('timeZone').orderBy('id').executeTakeFirst()
    if (!seller) return
    const local = app.clock.now().toZonedDateTimeISO(seller.timeZone)
    if (local.hour < HOUR) return
    const night = local.toPlainDate()
    const done = await app.db.selectFrom('proofRuns').select('id').where('night', '=', night).executeTakeFirst()
    if (done) return
    await app.transaction(actor, (tx) => beginProof(tx, { night, requestedBy: null }))
  },
})

/** Staff: has everything about money proven now. Throws `proof_running` while that is under way. */
export async function proveNow(app: App, staff: Actor): Promise<{ id: string }> {
  requirePermission(staff, 'payment.refund')
  return app.transaction(staff, async (tx) => {
    const begun = await beginProof(tx, { night: null, requestedBy: staff.kind === 'staff' ? staff.userId : null })
    if (!begun) throw new Problem('conflict', 'proof_running', 'A proof is under way already.')
    return begun
  })
}

/** Undefined while another one is under way. One that was cut off for good is given up first. */
async function beginProof(
  tx: Tx,
  input: Pick<Schema['proofRuns'], 'night' | 'requestedBy'>,
): Promise<{ id: string } | undefined> {
  const stale = await tx.db
    .selectFrom('proofRuns')
    .selectAll()
    .where('state', '=', 'running')
    .where('updatedAt', '<', tx.now.subtract({ hours: STALE_HOURS }))
    .forUpdate()
    .executeTakeFirst()
  if (stale) await transition(tx, proofRunMachine, stale, 'giveUp', { finishedAt: tx.now })
  const run = await tx.db
    .insertInto('proofRuns')
    .values({
      id: newId('prf'),
      ...input,
      state: 'running',
      checks: proofChecks.length,
      checksDone: 0,
      tries: 0,
      compared: false,
      findings: 0,
      newFindings: 0,
      currencies: '[]',
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!run) return undefined
  await tx.emit('proof_run.running', run.id)
  await tx.enqueue(runProof, { proofRunId: run.id })
  return run
}

/** Whether it is run later, when what is on its way may have arrived. */
async function putOff(app: App, { id, night, tries }: ProofRun): Promise<boolean> {
  const patience = night ? PATIENCE.night : PATIENCE.asked
  if (tries >= patience.tries) return false
  return app.transaction(actor, async (tx) => {
    const again = await tx.db
      .updateTable('proofRuns')
      .set({ tries: tries + 1, updatedAt: tx.now })
      .where('id', '=', id)
      .where('tries', '=', tries)
      .returning('id')
      .executeTakeFirst()
    if (again) await tx.enqueue(runProof, { proofRunId: id }, { afterSeconds: patience.seconds })
    return true
  })
}

async function noteProgress(tx: Tx, id: string, checksDone: number): Promise<void> {
  await tx.db
    .updateTable('proofRuns')
    .set({ checksDone, updatedAt: tx.now })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
  await tx.emit('proof_run.advanced', id, { after: { checksDone } })
}

const lockRun = (tx: Tx, id: string): Promise<ProofRun> =>
  tx.db.selectFrom('proofRuns').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()
