import { newId } from '#platform/ids.ts'
import type { TestApp } from './test-app.ts'

/** A proof of money that found something new. */
export async function buildProof(app: TestApp): Promise<string> {
  const [runId, findingId] = [newId('prf'), newId('pfn')]
  const now = Temporal.Instant.from('2026-11-23T23:30:00Z')
  const times = { createdAt: now, updatedAt: now }
  const counts = { checks: 1, checksDone: 1, tries: 0, compared: true, findings: 1, newFindings: 1 }
  await app.db
    .insertInto('proofRuns')
    .values({ id: runId, state: 'red', ...counts, currencies: '[]', finishedAt: now, ...times })
    .execute()
  const found = { kind: 'invoice_unbooked', invariant: 'I4', subjectId: 'inv_told', message: 'Told', facts: '{}' }
  await app.db
    .insertInto('proofFindings')
    .values({ id: findingId, state: 'open', ...found, lastRunId: runId, seenAt: now, ...times })
    .execute()
  await app.db.insertInto('proofRunFindings').values({ runId, findingId }).execute()
  return runId
}
