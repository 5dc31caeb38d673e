import { sql } from 'kysely'
import type { Finding } from '#platform/invariant.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { ProofRun } from './proof-run.ts'

/** Beyond that a person has to look at the whole anyway. */
const AT_MOST = 1_000
const KEPT_DAYS = 400
const CLEARING = ['clearing_payment', 'clearing_unknown', 'clearing_currency']

/**
 * Keeps what a proof found: a difference that was known is seen again, what is new becomes a finding, and what is gone is
 * resolved, unless ledger and gateway were not `compared`, of which nothing is said then. Gives how many differences there
 * are and how many of them are new.
 */
export async function recordFindings(
  tx: Tx,
  { run, found, compared }: { run: ProofRun; found: readonly Finding[]; compared: boolean },
): Promise<{ findings: number; newFindings: number }> {
  const said = distinct(found)
  const { rows } = await sql<{ id: string; added: boolean }>`
    with said as (
      select * from jsonb_to_recordset(${JSON.stringify(said.slice(0, AT_MOST))}::jsonb)
        as s (id text, kind text, invariant text, subject_id text, message text, facts jsonb)
    ), known as (
      update proof_findings f set last_run_id = ${run.id}, seen_at = ${tx.now}, message = s.message, facts = s.facts, updated_at = ${tx.now},
        state = 'open'
      from said s where f.kind = s.kind and f.subject_id = s.subject_id and f.state <> 'resolved'
      returning f.id, f.kind, f.subject_id
    ), added as (
      insert into proof_findings (id, state, kind, invariant, subject_id, message, facts, last_run_id, seen_at, created_at, updated_at)
      select s.id, 'open', s.kind, s.invariant, s.subject_id, s.message, s.facts, ${run.id}, ${tx.now}, ${tx.now}, ${tx.now} from said s
      where not exists (select from known k where k.kind = s.kind and k.subject_id = s.subject_id)
      returning id
    ), seen as (
      select id, false as added from known union all select id, true from added
    ), listed as (
      insert into proof_run_findings (run_id, finding_id) select ${run.id}, id from seen
    )
    select id, added from seen`.execute(tx.db)
  for (const { id, added } of rows) if (added) await tx.emit('proof_finding.open', id)
  if (said.length <= AT_MOST) await resolveGone(tx, run, compared)
  return { findings: rows.length, newFindings: rows.filter(({ added }) => added).length }
}

/** One of each kind and subject; of a currency only when no payment explains it. */
function distinct(found: readonly Finding[]) {
  const explained = new Set(
    found.flatMap(({ kind, facts }) =>
      kind === 'clearing_payment' || kind === 'clearing_unknown' ? [currencyOf(facts)] : [],
    ),
  )
  const told = found.filter(({ kind, facts }) => kind !== 'clearing_currency' || !explained.has(currencyOf(facts)))
  const byKey = new Map(
    told.flatMap(({ kind, subjectId, invariant, message, facts = {} }) =>
      kind === undefined || subjectId === undefined
        ? []
        : [[`${kind} ${subjectId}`, { id: newId('pfn'), kind, invariant, subject_id: subjectId, message, facts }]],
    ),
  )
  return [...byKey.values()]
}

const currencyOf = (facts: object | undefined): unknown => (facts && 'currency' in facts ? facts.currency : undefined)

async function resolveGone(tx: Tx, run: ProofRun, compared: boolean): Promise<void> {
  const gone = await tx.db
    .updateTable('proofFindings')
    .set({ state: 'resolved', outcome: 'gone', resolvedAt: tx.now, updatedAt: tx.now })
    .where('state', '<>', 'resolved')
    .where('lastRunId', '<>', run.id)
    .$if(!compared, (query) => query.where('kind', 'not in', CLEARING))
    .returning('id')
    .execute()
  for (const { id } of gone) await tx.emit('proof_finding.resolved', id, { after: { outcome: 'gone' } })
}

/** Proofs are kept for 400 days, a difference as long as it lasts or a proof names it. */
export async function forgetOldProofs(tx: Tx): Promise<void> {
  const before = tx.now.subtract({ hours: KEPT_DAYS * 24 })
  await tx.db.deleteFrom('proofRuns').where('createdAt', '<', before).where('state', '<>', 'running').execute()
  await sql`
    delete from proof_findings f where f.state = 'resolved' and f.resolved_at < ${before}
      and not exists (select from proof_run_findings l where l.finding_id = f.id)`.execute(tx.db)
}
