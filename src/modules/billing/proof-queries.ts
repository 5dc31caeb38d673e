import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { ProofRunState } from '#platform/schema.ts'
import { kindsOf, type ProofGroup } from './proof-kinds.ts'
import type { ProofFinding, ProofRun } from './proof-run.ts'

type FindingFilter = PageFilter & {
  states: readonly ProofFinding['state'][]
  group?: ProofGroup | undefined
  /** Only those that this proof saw. */
  runId?: string | undefined
}

/** Staff: what proofs found to differ, the newest first. */
export async function listFindings(
  app: App,
  actor: Actor,
  filter: FindingFilter,
): Promise<Page<ProofFinding & { repairerName: string | null }>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('proofFindings')
    .leftJoin('users', 'users.id', 'proofFindings.repairedBy')
    .selectAll('proofFindings')
    .select('users.name as repairerName')
    .where('proofFindings.state', 'in', filter.states)
    .$if(filter.group !== undefined, (query) => query.where('kind', 'in', kindsOf(filter.group!)))
    .$if(filter.runId !== undefined, (query) =>
      query.where('proofFindings.id', 'in', (of) =>
        of.selectFrom('proofRunFindings').select('findingId').where('runId', '=', filter.runId!),
      ),
    )
    .$if(filter.after !== undefined, (query) => query.where('proofFindings.id', '<', filter.after!))
    .orderBy('proofFindings.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows as (ProofFinding & { repairerName: string | null })[], filter.limit)
}

/** Staff: the proofs that were made, the newest first. */
export async function listProofRuns(
  app: App,
  actor: Actor,
  filter: PageFilter & { state?: ProofRunState | undefined },
): Promise<Page<ProofRun & { requesterName: string | null }>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('proofRuns')
    .leftJoin('users', 'users.id', 'proofRuns.requestedBy')
    .selectAll('proofRuns')
    .select('users.name as requesterName')
    .$if(filter.state !== undefined, (query) => query.where('proofRuns.state', '=', filter.state!))
    .$if(filter.after !== undefined, (query) => query.where('proofRuns.id', '<', filter.after!))
    .orderBy('proofRuns.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** How it stands: the last proof that came to an end, the one under way, and how much is open. */
export type ProofStanding = { last: ProofRun | undefined; running: ProofRun | undefined; open: number }

/** Staff: whether money was proven, when, and what is open. */
export async function getProofStanding(app: App, actor: Actor): Promise<ProofStanding> {
  requirePermission(actor, 'payment.read')
  const newest = (states: ProofRunState[]): Promise<ProofRun | undefined> =>
    app.db
      .selectFrom('proofRuns')
      .selectAll()
      .where('state', 'in', states)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  const [last, running, open] = await Promise.all([
    newest(['green', 'red', 'incomplete']),
    newest(['running']),
    app.db
      .selectFrom('proofFindings')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('state', '<>', 'resolved')
      .executeTakeFirstOrThrow(),
  ])
  return { last, running, open: Number(open.count) }
}
