import { z } from 'zod'
import { intervalOf, type Period as Written, periodOf } from './interval.ts'

const FAULT = 'Choose how often you pay, such as month, year or 3-month.'
const MOST = 999

/** There is one way to write each: `month` and not `1-month`. */
function isWritten(period: Written): boolean {
  const interval = intervalOf(period)
  return interval.intervalCount > 0 && interval.intervalCount <= MOST && periodOf(interval) === period
}

/** A period as it is written in addresses, forms and the API. */
export const Period = z
  .union(
    [
      z.enum(['day', 'week', 'month', 'year', 'once']),
      z.templateLiteral([z.int(), '-', z.enum(['day', 'week', 'month', 'year'])]),
    ],
    FAULT,
  )
  .refine(isWritten, FAULT) satisfies z.ZodType<Written>

/** Reads a period as written in an address or a form; undefined when it is none. */
export const parsePeriod = (text: unknown): Written | undefined => Period.safeParse(text).data
