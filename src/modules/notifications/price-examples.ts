import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { ExampleGround } from './mail-examples.ts'

/** What Ada was told of a new price of her plan. */
export async function insertNewPrice(
  db: App['db'],
  { now, customerId, planId, sellerId, timeZone }: ExampleGround,
  subscriptionId: string,
): Promise<string> {
  const [repricingId, id] = [newId('rpr'), newId('rpi')]
  const effectiveOn = now.toZonedDateTimeISO(timeZone).toPlainDate().add({ days: 30 })
  await db
    .insertInto('repricings')
    .values({
      id: repricingId,
      legalEntityId: sellerId,
      state: 'announced',
      planId,
      currency: 'EUR',
      intervalUnit: 'month',
      intervalCount: 1,
      amountMinor: 2_900n,
      effectiveOn,
      noticeDays: 30,
      announcedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  const told = { firstOn: effectiveOn, earliestOn: effectiveOn, toldAt: now }
  await db
    .insertInto('repricingItems')
    .values({ id, repricingId, customerId, subscriptionId, oldMinor: 900n, newMinor: 2_900n, ...told })
    .execute()
  return id
}
