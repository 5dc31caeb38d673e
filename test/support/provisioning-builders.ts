import type { App } from '#app/app.ts'
import { createService, type NewService } from '#modules/provisioning/create-service.ts'
import type { Service } from '#modules/provisioning/service.ts'
import { getService } from '#modules/provisioning/provisioning-queries.ts'
import { type Actor, system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import type { TestApp } from './test-app.ts'
import { memberAs, staffAs } from './actors.ts'

export const tester: Actor = system('test')
export const operations: Actor = staffAs('operations', 'usr_operations')
/** The user a customer's service is seen through. */
export const ownerOf = (service: Pick<Service, 'customerId'>): Actor => memberAs(service.customerId, 'usr_owner')

export type BegunService = { service: Service; subjectId: string; procedureId: string }

/** A service of a new customer in the first region, as it is right after it was ordered: its procedure has not begun to work. */
export async function beginService(app: App, overrides: Partial<NewService> = {}): Promise<BegunService> {
  const [plan, region, image] = await Promise.all([
    app.db.selectFrom('plans').selectAll().orderBy('position').executeTakeFirstOrThrow(),
    app.db.selectFrom('regions').selectAll().orderBy('position').executeTakeFirstOrThrow(),
    app.db.selectFrom('images').selectAll().orderBy('position').executeTakeFirstOrThrow(),
  ])
  const service = await app.transaction(tester, async (tx) => {
    const customerId = overrides.customerId ?? newId('cus')
    const subscriptionId = newId('sub')
    const times = { createdAt: tx.now, updatedAt: tx.now }
    if (!overrides.customerId)
      await tx.db
        .insertInto('customers')
        .values({
          id: customerId,
          name: 'Ada',
          email: 'ada@example.com',
          currency: 'EUR',
          locale: 'en',
          membersNeedSecondFactor: false,
          autoPay: true,
          ...times,
        })
        .execute()
    const seller = await tx.db.selectFrom('legalEntities').select('id').executeTakeFirstOrThrow()
    const today = tx.now.toZonedDateTimeISO('UTC').toPlainDate()
    await tx.db
      .insertInto('subscriptions')
      .values({
        billedBy: 'us',
        periodsElsewhere: 0,
        id: subscriptionId,
        customerId,
        planId: plan.id,
        legalEntityId: seller.id,
        state: 'active',
        description: 'VPS',
        currency: 'EUR',
        amountMinor: 900n,
        intervalUnit: 'month',
        intervalCount: 1,
        anchor: today,
        periods: 1,
        currentPeriodStart: today,
        currentPeriodEnd: today.add({ months: 1 }),
        billedUntil: today.add({ months: 1 }),
        ...times,
      })
      .execute()
    return createService(tx, {
      customerId,
      subscriptionId,
      planId: plan.id,
      regionId: region.id,
      imageId: image.id,
      hostname: 'web-1',
      sshKey: null,
      cores: plan.cores,
      memoryMb: plan.memoryMb,
      diskGb: plan.diskGb,
      addressCount: 1,
      ...overrides,
    })
  })
  const { id: procedureId } = await app.db
    .selectFrom('procedures')
    .select('id')
    .where('subjectId', '=', service.id)
    .executeTakeFirstOrThrow()
  return { service, subjectId: service.id, procedureId }
}

/** A service whose machine runs. */
export async function buildActiveService(app: TestApp, overrides: Partial<NewService> = {}): Promise<Service> {
  const { subjectId } = await beginService(app, overrides)
  await app.work()
  return getService(app, tester, subjectId)
}

/** Runs whatever procedure was begun, and gives the service as it is then. */
export async function settled(app: TestApp, serviceId: string): Promise<Service> {
  await app.work()
  return getService(app, tester, serviceId)
}
