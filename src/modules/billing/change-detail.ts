import { z } from 'zod'
import type { PaidSpan } from './prorate.ts'

const minor = z.string().regex(/^\d+$/)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** A part of an agreement: `unitMinor` is for one piece and one whole period, as priced. */
const part = {
  kind: z.enum(['plan', 'option', 'setup', 'topup', 'manual']),
  code: z.string().nullable(),
  choice: z.string().nullable().default(null),
  description: z.string(),
  quantity: z.int(),
}

/** What a coupon takes off a period: a share in basis points, or an amount in minor units as text, as priced. */
const spanDiscount = z.strictObject({ couponId: z.string(), percent: z.int().nullable(), amount: minor.nullable() })
export type SpanDiscount = z.output<typeof spanDiscount>

/** What an agreement consists of after a change, as stored; the plan first. */
export const ChangedItems = z.array(z.strictObject({ ...part, unitMinor: minor }))
export type ChangedItem = z.output<typeof ChangedItems>[number]

/** Where the amounts of a change come from. Minor units as text, as priced; days are of the seller's time zone. */
export const ChangeDetail = z.strictObject({
  /** Each period that is paid for and not over, and a new one that begins with the change. */
  periods: z.array(
    z.strictObject({
      start: day,
      end: day,
      from: day,
      days: z.int(),
      ofDays: z.int(),
      /** What was paid, and for how many days; missing in quotes from before this was kept. */
      paidMinor: minor.optional(),
      paidDays: z.int().optional(),
      creditMinor: minor,
      /** What the whole period costs from now on, after its discounts; missing in quotes from before this was kept. */
      wholeMinor: minor.optional(),
      chargeMinor: minor,
    }),
  ),
  /** What is agreed from now on: its charge for these days, and what of it is left to pay. */
  charges: z.array(z.strictObject({ ...part, unitMinor: minor, chargeMinor: minor, dueMinor: minor })),
  /** What was agreed so far: what its unused days were worth. */
  credits: z.array(z.strictObject({ ...part, creditMinor: minor })),
  /** The periods as they are paid once the change is, and the discounts each had, whether or not they hold for this plan. */
  spans: z.array(
    z.strictObject({
      start: day,
      end: day,
      from: day,
      paidMinor: minor,
      discounts: z.array(spanDiscount).optional(),
      /** Lines of documents that paid for periods which were given up for this one. */
      paidBy: z.array(z.string()).default([]),
    }),
  ),
  /** Coupons that the new period uses up one renewal of. */
  counted: z.array(z.string()).default([]),
  /** Coupons that are in these amounts, by what they are called: in those of today's periods, and in the next renewal. */
  coupons: z.array(z.strictObject({ name: z.string(), today: z.boolean(), next: z.boolean() })).default([]),
  dueTaxMinor: minor,
  /** What the credit corrects: lines of the documents that paid for the days, at their own tax. */
  corrections: z
    .array(z.strictObject({ invoiceId: z.string(), invoiceLineId: z.string(), amountMinor: minor, taxMinor: minor }))
    .default([]),
  /** Credit, with its tax, for days that no document of ours paid for. */
  undocumented: z.strictObject({ grossMinor: minor, taxMinor: minor }).default({ grossMinor: '0', taxMinor: '0' }),
  /** A new period is charged whole and paid from the credit, instead of being charged for the difference. */
  inFull: z.boolean().default(false),
  /** It is still tried out: nothing is paid, and the trial goes on to its day. */
  inTrial: z.boolean().default(false),
  /** The server has to stop and start for its new size. */
  restarts: z.boolean(),
  pricesIncludeTax: z.boolean(),
})
export type ChangeDetail = z.output<typeof ChangeDetail>

/** Paid periods as a change left them. */
export const readSpans = (
  spans: ChangeDetail['spans'],
): (PaidSpan & { discounts: SpanDiscount[] | undefined; paidBy: string[] })[] =>
  spans.map(({ start, end, from, paidMinor, discounts, paidBy }) => ({
    discounts,
    paidBy,
    start: Temporal.PlainDate.from(start),
    end: Temporal.PlainDate.from(end),
    from: Temporal.PlainDate.from(from),
    paidMinor: BigInt(paidMinor),
  }))
