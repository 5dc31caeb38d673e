import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { ExampleGround } from './mail-examples.ts'

/** A proof that found one difference, and a new price that an agreement was told of. */
export async function insertOtherExamples(
  db: App['db'],
  ground: ExampleGround,
  subscriptionId: string,
): Promise<{ proof: string; newPrice: string }> {
  return { proof: await insertProof(db, ground), newPrice: await insertNewPrice(db, ground, subscriptionId) }
}

async function insertProof(db: App['db'], { now }: ExampleGround): Promise<string> {
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

async function insertNewPrice(
  db: App['db'],
  { now, timeZone, sellerId, planId, customerId }: ExampleGround,
  subscriptionId: string,
): Promise<string> {
  const [repricing, item] = [newId('rpr'), newId('rpi')]
  const from = now.toZonedDateTimeISO(timeZone).toPlainDate().add({ months: 2 })
  await db
    .insertInto('repricings')
    .values({
      id: repricing,
      legalEntityId: sellerId,
      state: 'announced',
      planId,
      currency: 'EUR',
      intervalUnit: 'month',
      intervalCount: 1,
      amountMinor: 1_190n,
      effectiveOn: from,
      noticeDays: 30,
      announcedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await db
    .insertInto('repricingItems')
    .values({
      id: item,
      repricingId: repricing,
      customerId,
      subscriptionId,
      oldMinor: 900n,
      newMinor: 1_190n,
      firstOn: from,
      toldAt: now,
      earliestOn: from,
    })
    .execute()
  return item
}
