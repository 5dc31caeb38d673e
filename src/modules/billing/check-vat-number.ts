import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { euVatNumber } from '#modules/accounts/vat-number.ts'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import type { VatAnswer } from './vat-registry.ts'
import { afterAnswer, type TaxProfile } from './vat-profile.ts'

const actor = system('billing')
const BATCH = 60
/** Whoever asked this recently has just been answered: a message that came twice asks once. */
const RECENT_SECONDS = 20
/** By then a question that was handed out is answered, or whoever had it is gone. */
const HANDED_OUT_MINUTES = 15

/** Asks the registry about a customer's VAT number and keeps the answer as proof. No answer is kept too, and asked again. */
export const checkVatNumber = job({
  name: 'billing.check-vat-number',
  queue: 'registries',
  payload: z.object({ customerId: z.string() }),
  async run(app, { customerId }) {
    const asked = await app.db
      .selectFrom('taxProfiles')
      .innerJoin('customers', 'customers.id', 'taxProfiles.customerId')
      .select(['taxProfiles.vatNumber', 'taxProfiles.checkedAt', 'customers.country', 'customers.vatId'])
      .where('customerId', '=', customerId)
      .executeTakeFirst()
    const number = asked && asked.vatNumber === asked.vatId ? euVatNumber(asked) : undefined
    if (!asked?.vatNumber || !number || isRecent(asked.checkedAt, app.clock.now())) return
    const answer = await app.vatRegistry.check(number)
    await app.transaction(actor, (tx) => record(app, tx, { customerId, vatNumber: asked.vatNumber!, answer }))
  },
})

const isRecent = (checkedAt: Temporal.Instant | null, now: Temporal.Instant): boolean =>
  checkedAt !== null && Temporal.Instant.compare(checkedAt.add({ seconds: RECENT_SECONDS }), now) > 0

async function record(
  app: App,
  tx: Tx,
  { customerId, vatNumber, answer }: { customerId: string; vatNumber: string; answer: VatAnswer },
): Promise<void> {
  const profile = await tx.db
    .selectFrom('taxProfiles')
    .selectAll()
    .where('customerId', '=', customerId)
    .forUpdate()
    .executeTakeFirst()
  // Changed while we asked: that number is asked about by itself.
  if (profile?.vatNumber !== vatNumber) return
  const { cacheDays, whenUnavailable } = app.config.vies
  const next = afterAnswer(profile, answer.outcome, { now: tx.now, cacheDays, whenUnavailable })
  await tx.db
    .insertInto('vatChecks')
    .values({
      id: newId('vck'),
      customerId,
      number: vatNumber,
      checkedAt: tx.now,
      ...('errorCode' in answer ? { outcome: answer.outcome, errorCode: answer.errorCode } : answer),
    })
    .execute()
  await tx.db.updateTable('taxProfiles').set(next).where('customerId', '=', customerId).execute()
  const event = eventOf(profile, { ...profile, ...next })
  if (event) await tx.emit(event, customerId, { customerId, after: { number: vatNumber, outcome: answer.outcome } })
}

/** What changed for people: the first "yes", the "no", the first time that nobody answered, and a proof that was given up. */
function eventOf(before: TaxProfile, after: TaxProfile): string | undefined {
  if (after.outcome === 'valid') return before.confirmedAt === null ? 'customer.vat_confirmed' : undefined
  if (after.outcome === 'invalid') return 'customer.vat_refused'
  const lost = before.confirmedAt !== null && after.confirmedAt === null
  const first = before.outcome !== 'unknown' && before.confirmedAt === null
  return lost || first || after.checkDueAt === null ? 'customer.vat_unchecked' : undefined
}

/** Hands out the questions that are due: asked again after silence, and proofs that have become old. */
export const checkVatNumbers = job({
  name: 'billing.check-vat-numbers',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(actor, async (tx) => {
      const { rows } = await sql<{ customerId: string }>`
        update tax_profiles p set check_due_at = ${tx.now.add({ minutes: HANDED_OUT_MINUTES })}, asked_since = coalesce(p.asked_since, ${tx.now})
        from (select t.customer_id from tax_profiles t join customers c on c.id = t.customer_id
          where t.check_due_at <= ${tx.now} and c.closed_at is null
          order by t.check_due_at limit ${BATCH} for update of t skip locked) due
        where p.customer_id = due.customer_id returning p.customer_id`.execute(tx.db)
      for (const { customerId } of rows) await tx.enqueue(checkVatNumber, { customerId })
    })
  },
})
