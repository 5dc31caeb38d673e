import { Problem } from '#platform/problem.ts'
import type { QuotedItem } from './price-item.ts'

/** How many of a plan are left in a region, or in all together where it is null. */
export type CountedStock = { planId: string; regionId: string | null; left: number | 'many' }

/** Codes of what is refused because there is not enough, or the customer has enough. */
const SHORTAGES = ['sold_out', 'plan_limit_reached'] as const
export type Shortage = (typeof SHORTAGES)[number]
export const isShortage = (code: string): code is Shortage => SHORTAGES.some((shortage) => shortage === code)

type Wanted = Pick<QuotedItem, 'plan' | 'region'>

/** Which items there is nothing left for, in the order they stand, and whether that is so in every region. */
export function findShort(
  items: readonly { planId: string; regionId: string }[],
  stock: readonly CountedStock[],
): { index: number; everywhere: boolean }[] {
  const left = stock.map((each) => ({ ...each }))
  return items.flatMap(({ planId, regionId }, index) => {
    const counted = left.filter(
      (each) => each.planId === planId && (each.regionId === null || each.regionId === regionId),
    )
    const short = counted.filter((each) => each.left !== 'many' && each.left < 1)
    for (const each of short.length > 0 ? [] : counted) if (each.left !== 'many') each.left -= 1
    return short.length > 0 ? [{ index, everywhere: short.some((each) => each.regionId === null) }] : []
  })
}

/** Throws `sold_out` naming each item that there is nothing left for, by its plan or its region. */
export function requireStock(items: readonly Wanted[], stock: readonly CountedStock[]): void {
  const short = findShort(
    items.map(({ plan, region }) => ({ planId: plan.id, regionId: region.id })),
    stock,
  )
  if (short.length === 0) return
  const issues = short.map(({ index, everywhere }) => {
    const { plan, region } = items[index]!
    return everywhere
      ? { path: `items.${index}.plan`, message: `${plan.name.en} is sold out. Choose another plan.` }
      : {
          path: `items.${index}.region`,
          message: `${plan.name.en} is sold out in ${region.name.en}. Choose another region.`,
        }
  })
  throw new Problem('conflict', 'sold_out', issues[0]!.message, { issues })
}

/** Throws `plan_limit_reached` naming each item that would be more than one customer may have, `held` being what they have. */
export function requireWithinLimits(items: readonly Pick<Wanted, 'plan'>[], held: ReadonlyMap<string, number>): void {
  const counts = new Map(held)
  const issues = items.flatMap(({ plan }, index) => {
    const count = (counts.get(plan.id) ?? 0) + 1
    counts.set(plan.id, count)
    const most = plan.maxPerCustomer
    if (most === null || count <= most) return []
    return [{ path: `items.${index}.plan`, message: `You can have ${plan.name.en} at most ${most} times.` }]
  })
  if (issues.length > 0) throw new Problem('conflict', 'plan_limit_reached', issues[0]!.message, { issues })
}
