/** About as many lines as an eye follows across a chart. */
const STEPS = 4

/** An axis of round steps that begins or ends at zero, or crosses it on a step; the highest first. */
export function scaleOf(values: readonly number[]): { lowest: number; highest: number; ticks: number[] } {
  const highest = Math.max(0, ...values)
  const lowest = Math.min(0, ...values)
  const rough = (highest - lowest || 1) / STEPS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999_999)!
  const [from, until] = [Math.floor(lowest / step), Math.max(Math.ceil(highest / step), lowest < 0 ? 0 : 1)]
  const ticks = Array.from({ length: until - from + 1 }, (_, index) => (until - index) * step)
  return { lowest: from * step, highest: until * step, ticks }
}
