import { z } from 'zod'
import type { Change } from '#modules/billing/change.ts'
import { ChangeDetail } from '#modules/billing/change-detail.ts'
import { currency, instant, minor, plainDate } from './codecs.ts'

/** What an interval is counted in. */
export const unit = z.enum(['day', 'week', 'month', 'year', 'once'])

/** A change of an agreement, as every operation shows it. */
export const ChangeBody = z
  .object({
    id: z.string(),
    subscriptionId: z.string(),
    state: z.enum(['quoted', 'awaiting_payment', 'scheduled', 'applied', 'withdrawn']),
    description: z.string(),
    currency,
    startsOn: plainDate,
    intervalUnit: unit,
    intervalCount: z.int(),
    periods: z.array(
      z.object({
        start: z.string(),
        end: z.string(),
        from: z.string().meta({ description: 'The first day of the new agreement.' }),
        days: z.int(),
        ofDays: z.int(),
        creditMinor: minor,
        chargeMinor: minor,
      }),
    ),
    charges: z.array(
      z.object({ description: z.string(), quantity: z.int(), unitMinor: minor, chargeMinor: minor, dueMinor: minor }),
    ),
    credits: z.array(z.object({ description: z.string(), quantity: z.int(), creditMinor: minor })),
    coupons: z.array(z.object({ name: z.string(), today: z.boolean(), next: z.boolean() })).meta({
      description: 'What is in these amounts already: in those of today, and in the next renewal.',
    }),
    taxBasisPoints: z.int(),
    dueMinor: minor.meta({ description: 'Due today, with tax.' }),
    creditMinor: minor.meta({ description: 'Given back as credit, with tax.' }),
    nextMinor: minor.meta({ description: 'What the next renewal costs, with tax.' }),
    nextOn: plainDate,
    restarts: z.boolean().meta({ description: 'Whether the server has to stop and start for it.' }),
    invoiceId: z.string().nullable().meta({ description: 'Pay this, and the change holds.' }),
    expiresAt: instant.meta({ description: 'Until when the quote can be accepted.' }),
  })
  .meta({ id: 'SubscriptionChange', description: 'What a change costs, to the cent, and what becomes of it.' })

/** The same, out of a change. */
export function changeOf(change: Change): z.output<typeof ChangeBody> {
  const { periods, charges, credits, coupons, restarts } = ChangeDetail.parse(change.detail)
  return {
    ...change,
    restarts,
    coupons,
    periods: periods.map((each) => ({
      ...each,
      creditMinor: BigInt(each.creditMinor),
      chargeMinor: BigInt(each.chargeMinor),
    })),
    charges: charges.map((each) => ({
      ...each,
      unitMinor: BigInt(each.unitMinor),
      chargeMinor: BigInt(each.chargeMinor),
      dueMinor: BigInt(each.dueMinor),
    })),
    credits: credits.map((each) => ({ ...each, creditMinor: BigInt(each.creditMinor) })),
  }
}
