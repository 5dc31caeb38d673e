import { announceRepricing } from '#modules/billing/announce-repricing.ts'
import { prepareRepricing, type RepricingInput } from '#modules/billing/prepare-repricing.ts'
import type { Repricing } from '#modules/billing/repricing.ts'
import { newId } from '#platform/ids.ts'
import { staffAs } from './actors.ts'
import type { TestApp } from './test-app.ts'

/** A new price for the monthly agreements in euros of the first plan, as early as notice allows unless told. */
export async function buildRepricing(app: TestApp, overrides: Partial<RepricingInput> = {}): Promise<Repricing> {
  const plan = await app.db.selectFrom('plans').select('id').orderBy('position').executeTakeFirstOrThrow()
  const seller = await app.db.selectFrom('legalEntities').selectAll().executeTakeFirstOrThrow()
  const today = app.clock.now().toZonedDateTimeISO(seller.timeZone).toPlainDate()
  return prepareRepricing(app, staffAs('billing'), {
    planId: plan.id,
    currency: 'EUR',
    intervalUnit: 'month',
    intervalCount: 1,
    amountMinor: 1_100n,
    effectiveOn: today.add({ days: seller.priceNoticeDays }),
    ...overrides,
  })
}

/** The same, announced and told. */
export async function announced(
  app: TestApp,
  overrides: Parameters<typeof buildRepricing>[1] = {},
): Promise<Repricing> {
  const repricing = await buildRepricing(app, overrides)
  await announceRepricing(app, staffAs('billing'), { repricingId: repricing.id })
  await app.work()
  return repricing
}

/** What somebody was told of a new price for an agreement. */
export async function buildRepricingItem(
  app: TestApp,
  of: { customerId: string; subscriptionId: string; planId: string },
): Promise<string> {
  const repricing = await buildRepricing(app, { planId: of.planId })
  const id = newId('rpi')
  const { effectiveOn } = repricing
  await app.db
    .insertInto('repricingItems')
    .values({
      id,
      repricingId: repricing.id,
      customerId: of.customerId,
      subscriptionId: of.subscriptionId,
      oldMinor: 900n,
      newMinor: 1_100n,
      firstOn: effectiveOn,
      toldAt: app.clock.now(),
      earliestOn: effectiveOn,
    })
    .execute()
  return id
}
