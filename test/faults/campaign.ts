import { join } from 'node:path'
import type { Case } from './points.ts'
import { type Lane, type Outcome, runCase } from './run-case.ts'
import { leadTo, stories, storyOf } from './stories.ts'
import type { Life } from './life.ts'
import { openWorld } from './world.ts'

/** Addresses and the machines' memory are finite, so a world serves for so many cases. */
const CASES_PER_WORLD = 60

/** What is still to run. A lane takes what its customer is ready for, so that few stories have to be told only to get there. */
export class Waiting {
  readonly #cases: Case[]
  readonly #isOver: () => boolean

  constructor(cases: Iterable<Case>, isOver: () => boolean) {
    this.#cases = [...cases]
    this.#isOver = isOver
  }

  get left(): number {
    return this.#cases.length
  }

  /** Whether stories that move business time, or those that do not, are left to run. */
  has(moves: boolean): boolean {
    return !this.#isOver() && this.#cases.some(({ story }) => storyOf(story).moves === moves)
  }

  next(moves: boolean, life: Life | undefined): Case | undefined {
    if (this.#isOver()) return undefined
    const own = this.#cases.filter(({ story }) => storyOf(story).moves === moves)
    const ready = own.filter(({ story }) => !leadTo(storyOf(story), life))
    // The purchase can always begin, and ends the life that is; so it comes last.
    const [found] = (ready.length > 0 ? ready : own).toSorted((a, b) => rank(a) - rank(b))
    if (found) this.#cases.splice(this.#cases.indexOf(found), 1)
    return found
  }
}

const rank = ({ story }: Case): number => (story === 'purchase' ? stories.length : stories.indexOf(storyOf(story)))

/**
 * One lane: case after case in a world of its own, which is renewed when it is used up or something broke in it. Begins with
 * the stories that move time, or with the others, and then helps with the rest. Gives what `ez check` found at the end of
 * each world.
 */
export async function workLane(
  waiting: Waiting,
  options: { movesFirst: boolean; folder: string; report: (each: Case, outcome: Outcome) => void },
): Promise<string[]> {
  const findings: string[] = []
  let worlds = 0
  for (const moves of [options.movesFirst, !options.movesFirst])
    while (waiting.has(moves)) {
      worlds += 1
      findings.push(...(await liveInOneWorld(waiting, moves, `${options.folder}-${worlds}`, options.report)))
    }
  return findings
}

async function liveInOneWorld(
  waiting: Waiting,
  moves: boolean,
  folder: string,
  report: (each: Case, outcome: Outcome) => void,
): Promise<string[]> {
  const lane: Lane = { world: await openWorld(folder), life: undefined }
  try {
    for (let used = 0; used < CASES_PER_WORLD; used += 1) {
      const each = waiting.next(moves, lane.life)
      if (!each) break
      const outcome = await runCase(lane, each)
      report(each, outcome)
      // What one case has broken must not be held against the next.
      if (outcome.violations.length > 0) return []
    }
    const { code, output } = await lane.world.command(['check'])
    return code === 0 ? [] : [`ez check at the end of ${join(folder)}: ${output.trim()}`]
  } finally {
    await lane.world.close()
  }
}
