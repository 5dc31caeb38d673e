import { z } from 'zod'
import { ask } from './stripe-errors.ts'

export const PAGE_SIZE = 100

export const Page = <T>(item: z.ZodType<T>) => z.object({ data: z.array(item), has_more: z.boolean() })

const Identified = z.looseObject({ id: z.string() })

/** Everything in one of Stripe's lists, newest first, page by page. Throws as `ask` does. */
export async function* everyItem<T>(
  item: z.ZodType<T>,
  list: (page: { limit: number; starting_after?: string }) => Promise<unknown>,
): AsyncGenerator<T> {
  for (let after: string | undefined; ;) {
    const page = await ask(Page(Identified), () =>
      list({ limit: PAGE_SIZE, ...(after === undefined ? {} : { starting_after: after }) }),
    )
    yield* await ask(z.array(item), async () => page.data)
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) return
  }
}
