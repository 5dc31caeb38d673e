import { z } from 'zod'
import type { Page } from '#platform/page.ts'

const LIMIT = 25
const LIMIT_MAX = 100

/** What a list takes in its query. */
export const PageQuery = z.strictObject({
  limit: z.coerce
    .number({ error: `Give a whole number from 1 to ${LIMIT_MAX}.` })
    .int({ error: `Give a whole number from 1 to ${LIMIT_MAX}.` })
    .min(1, { error: `Give a whole number from 1 to ${LIMIT_MAX}.` })
    .max(LIMIT_MAX, { error: `Give a whole number from 1 to ${LIMIT_MAX}.` })
    .default(LIMIT)
    .meta({ description: 'How many at most.' }),
  after: z
    .string()
    .regex(/^[a-z]{3}_[0-9a-z]{26}$/, { error: 'Give the `next` of the page before, unchanged.' })
    .optional()
    .meta({ description: 'The `next` of the page before.' }),
})

/** A list's answer: the rows and where to go on. */
export const pageBody = <T extends z.ZodType>(row: T) =>
  z.object({
    data: z.array(row),
    next: z.string().nullable().meta({ description: 'Give this as `after` for the next page; null at the end.' }),
  })

/** Shapes a page and links to the next one. */
export function pageAnswer<T>(
  call: { request: Request; headers: Headers },
  { rows, next }: Page<T>,
): { data: T[]; next: string | null } {
  if (next !== undefined) {
    const url = new URL(call.request.url)
    url.searchParams.set('after', next)
    call.headers.set('link', `<${url.pathname}${url.search}>; rel="next"`)
  }
  return { data: rows, next: next ?? null }
}
