import { performance } from 'node:perf_hooks'

/** One figure of a run: the product against the floor, both taken in turn on the same machine. */
export type Result = {
  card: string
  metric: string
  unit: string
  floor: number[]
  product: number[]
  /** Product over floor, of the medians; for times it is floor over product, so that more is always better. */
  ratio: number
  /** The ratio of the best round: rounds on a shared machine differ by a tenth, so only a gate that this misses is missed for sure. */
  best: number
  gate: number
  goal: number
  noisy: boolean
  note?: string
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const TRIES = 3

/**
 * Runs floor and product in turn, `rounds` times; readings of the floor that differ by more than 2 x mark it noisy. What is
 * noisy or below its gate is measured again, at most twice: other work on the machine seldom strikes three times.
 */
export async function compare(
  card: { card: string; metric: string; unit: string; gate: number; goal: number; note?: string },
  floor: () => Promise<number>,
  product: () => Promise<number>,
  rounds = 3,
): Promise<Result> {
  let result = await round(card, floor, product, rounds)
  for (let tries = 1; tries < TRIES && (result.noisy || result.ratio < result.gate); tries += 1) {
    const again = await round(card, floor, product, rounds)
    // Of two calm readings the better one counts: what disturbs only ever takes away.
    if (result.noisy || (!again.noisy && again.ratio > result.ratio)) result = again
  }
  return result
}

async function round(
  card: { card: string; metric: string; unit: string; gate: number; goal: number; note?: string },
  floor: () => Promise<number>,
  product: () => Promise<number>,
  rounds: number,
): Promise<Result> {
  const floors: number[] = []
  const products: number[] = []
  await floor()
  await product()
  for (let each = 0; each < rounds; each += 1) {
    floors.push(await floor())
    products.push(await product())
  }
  const noisy = Math.max(...floors) > 2 * Math.min(...floors)
  const best = Math.max(...products.map((reading, index) => reading / floors[index]!))
  return { ...card, floor: floors, product: products, ratio: median(products) / median(floors), best, noisy }
}

/** The same figures for times, where less is better: the ratio is floor over product. */
export function compareTimes(
  floor: number[],
  product: number[],
): Pick<Result, 'floor' | 'product' | 'ratio' | 'best' | 'noisy'> {
  const best = Math.max(...product.map((reading, index) => floor[index]! / reading))
  const noisy = Math.max(...floor) > 2 * Math.min(...floor)
  return { floor, product, ratio: median(floor) / median(product), best, noisy }
}

/** How many per second when `work` is done `count` times by `hands` at once. */
export async function perSecond(
  count: number,
  hands: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: hands }, async () => {
      for (let index = next++; index < count; index = next++) await work(index)
    }),
  )
  return (count / (performance.now() - began)) * 1_000
}
