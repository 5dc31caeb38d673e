import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Repricing, repricingMachine } from './repricing.ts'
import { lockRepricing } from './repricings-queries.ts'

/**
 * Which agreements come to which price, and from when. Minor units for one period, as prices are stated: of the plan alone, or of one
 * piece of an option it may have, or of one of its choices.
 */
export type RepricingInput = Pick<
  Repricing,
  'planId' | 'currency' | 'intervalUnit' | 'intervalCount' | 'amountMinor' | 'effectiveOn'
> & { optionCode?: string | null; choice?: string | null }

/** Prepares a new price; nobody is told before it is announced. Throws `plan_not_found`, `option_not_found`, `notice_too_short`. */
export async function prepareRepricing(app: App, actor: Actor, input: RepricingInput): Promise<Repricing> {
  requirePermission(actor, 'catalog.reprice')
  return app.transaction(actor, async (tx) => {
    await tx.db
      .selectFrom('plans')
      .select('id')
      .where('id', '=', input.planId)
      .executeTakeFirstOrThrow(() => new Problem('not_found', 'plan_not_found', 'There is no such plan.'))
    await requirePart(tx, input)
    const seller = await tx.db.selectFrom('legalEntities').selectAll().orderBy('id').limit(1).executeTakeFirstOrThrow()
    requireNotice(input.effectiveOn, seller, tx.now)
    const repricing = await tx.db
      .insertInto('repricings')
      .values({
        id: newId('rpr'),
        legalEntityId: seller.id,
        state: 'draft',
        ...input,
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await tx.emit('repricing.draft', repricing.id, { after: told(repricing) })
    return repricing
  })
}

/** An option is one of the plan's product, retired or not, and a choice one of it. */
async function requirePart(tx: Tx, { planId, optionCode = null, choice = null }: RepricingInput): Promise<void> {
  if (optionCode === null && choice === null) return
  const option = await tx.db
    .selectFrom('planOptions')
    .innerJoin('plans', 'plans.productId', 'planOptions.productId')
    .leftJoin('optionChoices', (join) =>
      join.onRef('optionChoices.optionId', '=', 'planOptions.id').on('optionChoices.code', '=', choice),
    )
    .select(['planOptions.id', 'optionChoices.id as choiceId'])
    .where('plans.id', '=', planId)
    .where('planOptions.code', '=', optionCode)
    .executeTakeFirst()
  if (!option || (choice !== null && option.choiceId === null))
    throw new Problem('not_found', 'option_not_found', 'This plan has no such option.')
}

/** Changes the amount or the day of what is not announced yet. Throws `repricing_not_found`, its state, `notice_too_short`. */
export async function updateRepricing(
  app: App,
  actor: Actor,
  { repricingId, ...input }: Pick<RepricingInput, 'amountMinor' | 'effectiveOn'> & { repricingId: string },
): Promise<void> {
  requirePermission(actor, 'catalog.reprice')
  await app.transaction(actor, async (tx) => {
    const before = await lockDraft(tx, repricingId)
    requireNotice(input.effectiveOn, await sellerOf(tx, before), tx.now)
    await tx.db
      .updateTable('repricings')
      .set({ ...input, updatedAt: tx.now })
      .where('id', '=', repricingId)
      .execute()
    await tx.emit('repricing.updated', repricingId, { before: told(before), after: told({ ...before, ...input }) })
  })
}

/** Leaves a customer at the old price, or takes that back, before it is announced. Throws as updateRepricing, `customer_not_found`. */
export async function excludeCustomer(
  app: App,
  actor: Actor,
  input: { repricingId: string; customerId: string; excluded: boolean },
): Promise<void> {
  requirePermission(actor, 'catalog.reprice')
  const { repricingId, customerId, excluded } = input
  await app.transaction(actor, async (tx) => {
    await lockDraft(tx, repricingId)
    await tx.db
      .selectFrom('customers')
      .select('id')
      .where('id', '=', customerId)
      .executeTakeFirstOrThrow(() => new Problem('not_found', 'customer_not_found', 'There is no such customer.'))
    await (excluded
      ? tx.db
          .insertInto('repricingExclusions')
          .values({ repricingId, customerId, createdAt: tx.now })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      : tx.db
          .deleteFrom('repricingExclusions')
          .where('repricingId', '=', repricingId)
          .where('customerId', '=', customerId)
          .execute())
    await tx.emit(excluded ? 'repricing.customer_excluded' : 'repricing.customer_included', repricingId, { customerId })
  })
}

async function lockDraft(tx: Tx, repricingId: string): Promise<Repricing> {
  const repricing = await lockRepricing(tx, repricingId)
  requireVerb(repricingMachine, repricing, 'announce')
  return repricing
}

export const sellerOf = (tx: Tx, { legalEntityId }: Pick<Repricing, 'legalEntityId'>) =>
  tx.db
    .selectFrom('legalEntities')
    .select(['timeZone', 'priceNoticeDays'])
    .where('id', '=', legalEntityId)
    .executeTakeFirstOrThrow()

/** Throws `notice_too_short` when a day is nearer than the seller's days of notice. */
export function requireNotice(
  effectiveOn: Temporal.PlainDate,
  { timeZone, priceNoticeDays }: { timeZone: string; priceNoticeDays: number },
  now: Temporal.Instant,
): void {
  const earliest = now.toZonedDateTimeISO(timeZone).toPlainDate().add({ days: priceNoticeDays })
  if (Temporal.PlainDate.compare(effectiveOn, earliest) >= 0) return
  const message = `Customers are told ${priceNoticeDays} days before: ${earliest.toString()} or later.`
  throw new Problem('invalid', 'notice_too_short', message, { issues: [{ path: 'effectiveOn', message }] })
}

const told = ({ planId, optionCode, choice, amountMinor, currency, effectiveOn }: RepricingInput) => ({
  planId,
  ...(optionCode && { optionCode }),
  ...(choice && { choice }),
  amountMinor,
  currency,
  effectiveOn: effectiveOn.toString(),
})
