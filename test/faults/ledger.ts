import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Case, nameOfFault } from './points.ts'

/** Where results are kept from run to run, unless another file is named. */
export const LEDGER = join(import.meta.dirname, '../../.data/faults-ledger.jsonl')

/** How a strike ended: all was as promised, something was not, or its message did not come. */
type Verdict = 'ok' | 'broken' | 'missed'
type Line = { story: string; fault: string; verdict: Verdict; at: string }

/** What has run so far, so that a campaign of hours can be stopped and goes on where it was. */
export class Ledger {
  readonly #file: string
  readonly #verdicts = new Map<string, Verdict>()

  constructor(file: string) {
    this.#file = file
    if (!existsSync(file)) return
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const { story, fault, verdict } = JSON.parse(line) as Line
      this.#verdicts.set(`${story}/${fault}`, verdict)
    }
  }

  /** How this strike ended the last time; undefined when it never ran. */
  verdictOf(story: string, fault: string): Verdict | undefined {
    return this.#verdicts.get(`${story}/${fault}`)
  }

  /** Notes how each strike of a case ended. */
  note({ story, faults }: Case, outcome: { broken: boolean; missing: readonly string[] }): void {
    mkdirSync(dirname(this.#file), { recursive: true })
    for (const each of faults) {
      const fault = nameOfFault(each)
      const verdict = outcome.broken ? 'broken' : outcome.missing.includes(fault) ? 'missed' : 'ok'
      this.#verdicts.set(`${story}/${fault}`, verdict)
      const line: Line = { story, fault, verdict, at: new Date().toISOString() }
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
    }
  }
}
