import { join } from 'node:path'
import { type Case, caseOf, nameOfFault } from './points.ts'
import { type Lane, type Outcome, runCase } from './run-case.ts'
import { leadTo, stories, storyOf } from './stories.ts'
import type { Life } from './life.ts'
import { openWorld } from './world.ts'

/** Addresses and the machines' memory are finite, so a world serves for so many cases. */
const CASES_PER_WORLD = 60

/** What is still to run. A lane takes what its customer is ready for, so that few stories have to be told only to get there. */
export class Waiting {
  readonly #turns: Case[][]
  readonly #isOver: () => boolean

  /** What stands in an earlier turn comes before all of the later ones. */
  constructor(turns: readonly (readonly Case[])[], isOver: () => boolean) {
    this.#turns = turns.map((cases) => [...cases])
    this.#isOver = isOver
  }

  get left(): Case[] {
    return this.#turns.flat()
  }

  /** Puts a case at the end of the first turn. */
  add(each: Case): void {
    this.#turns[0]!.push(each)
  }

  /** Whether stories that move business time, or those that do not, are left to run. */
  has(moves: boolean): boolean {
    return !this.#isOver() && this.#turns.flat().some(({ story }) => storyOf(story).moves === moves)
  }

  next(moves: boolean, life: Life | undefined): Case | undefined {
    if (this.#isOver()) return undefined
    for (const turn of this.#turns) {
      const own = turn.filter(({ story }) => storyOf(story).moves === moves)
      const ready = own.filter(({ story }) => !leadTo(storyOf(story), life))
      // The purchase can always begin, and ends the life that is; so it comes last.
      const [found] = (ready.length > 0 ? ready : own).toSorted((a, b) => rank(a) - rank(b))
      if (!found) continue
      turn.splice(turn.indexOf(found), 1)
      return found
    }
    return undefined
  }
}

const rank = ({ story }: Case): number => (story === 'purchase' ? stories.length : stories.indexOf(storyOf(story)))

type LaneOptions = {
  movesFirst: boolean
  folder: string
  /** A world that stands already, with whoever lives in it. */
  opened: Lane | undefined
  report: (each: Case, outcome: Outcome) => void
}

/**
 * One lane: case after case in a world of its own, which is renewed when it is used up or something broke in it. Begins with
 * the stories that move time, or with the others, and then helps with the rest. Gives what `ez check` found at the end of
 * each world.
 */
export async function workLane(waiting: Waiting, options: LaneOptions): Promise<string[]> {
  const findings: string[] = []
  let worlds = 0
  let { opened } = options
  try {
    for (const moves of [options.movesFirst, !options.movesFirst])
      while (waiting.has(moves)) {
        worlds += 1
        const folder = `${options.folder}-${worlds}`
        const lane = opened ?? { world: await openWorld(folder), life: undefined }
        opened = undefined
        findings.push(...(await liveInOneWorld(waiting, moves, { lane, folder, report: options.report })))
      }
  } finally {
    await opened?.world.close()
  }
  return findings
}

async function liveInOneWorld(
  waiting: Waiting,
  moves: boolean,
  { lane, folder, report }: { lane: Lane; folder: string; report: LaneOptions['report'] },
): Promise<string[]> {
  try {
    for (let used = 0; used < CASES_PER_WORLD; used += 1) {
      const each = waiting.next(moves, lane.life)
      if (!each) break
      const outcome = await runCase(lane, each)
      report(each, outcome)
      // What one case has broken must not be held against the next.
      if (outcome.violations.length > 0) return []
      if (each.faults.length > 1) for (const alone of alonesOf(each, outcome)) waiting.add(alone)
    }
    const { code, output } = await lane.world.command(['check'])
    return code === 0 ? [] : [`ez check at the end of ${join(folder)}: ${output.trim()}`]
  } finally {
    await lane.world.close()
  }
}

/** What another strike of the same telling kept from coming about is told again by itself. */
const alonesOf = ({ story, faults }: Case, { missing }: Outcome): Case[] =>
  faults.filter((fault) => missing.includes(nameOfFault(fault))).map((fault) => caseOf(story, [fault]))
