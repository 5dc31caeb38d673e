import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { ExampleGround } from './mail-examples.ts'

/** A proof that found one difference. */
export async function insertProof(db: App['db'], { now }: ExampleGround): Promise<string> {
  const [run, finding] = [newId('prf'), newId('pfn')]
  const times = { createdAt: now, updatedAt: now }
  await db
    .insertInto('proofRuns')
    .values({
      id: run,
      state: 'red',
      checks: 1,
      checksDone: 1,
      tries: 0,
      compared: true,
      findings: 1,
      newFindings: 1,
      currencies: '[]',
      finishedAt: now,
      ...times,
    })
    .execute()
  await db
    .insertInto('proofFindings')
    .values({
      id: finding,
      state: 'open',
      kind: 'message_held',
      invariant: 'I17',
      subjectId: finding,
      message: 'Gateway event is held.',
      facts: '{}',
      lastRunId: run,
      seenAt: now,
      ...times,
    })
    .execute()
  await db.insertInto('proofRunFindings').values({ runId: run, findingId: finding }).execute()
  return run
}
