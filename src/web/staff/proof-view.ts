import { type DifferenceWords, proofWords } from '#modules/billing/proof-words.ts'
import { isDifference, repairOf } from '#modules/billing/proof-kinds.ts'
import { type listFindings, type listProofRuns, type ProofStanding } from '#modules/billing/proof-queries.ts'
import { PROVEN_FOR_HOURS } from '#modules/billing/proof-run.ts'
import type { Locale } from '#platform/i18n.ts'
import { iso, isoOrNull } from './view.ts'

type Rows<T extends (...input: never[]) => Promise<{ rows: unknown[] }>> = Awaited<ReturnType<T>>['rows'][number]

/** A difference with its story in the visitor's language. */
export function findingView(finding: Rows<typeof listFindings>, locale: Locale) {
  const { id, state, kind, invariant, subjectId, message, facts, outcome, repairNote, repairerName } = finding
  const words: DifferenceWords = isDifference(kind) ? proofWords[locale][kind] : { title: kind, text: message }
  const { left, right, currency } = facts
  const amounts =
    currency && left != null && right != null
      ? { currency, leftMinor: BigInt(left), rightMinor: BigInt(right), left: words.left, right: words.right }
      : undefined
  return {
    id,
    state,
    invariant,
    subjectId,
    message,
    outcome,
    repairNote,
    repairerName,
    title: words.title,
    text: words.text,
    person: words.person,
    amounts,
    customerId: facts.customer ?? undefined,
    related: facts.related ?? undefined,
    repair: repairOf(kind),
    foundAt: iso(finding.createdAt),
    seenAt: iso(finding.seenAt),
    resolvedAt: isoOrNull(finding.resolvedAt),
  }
}
export type FindingView = ReturnType<typeof findingView>

/** A proof in the list of proofs. */
export const runView = (run: Rows<typeof listProofRuns>) => ({
  id: run.id,
  state: run.state,
  night: run.night !== null,
  requesterName: run.requesterName,
  findings: run.findings,
  newFindings: run.newFindings,
  startedAt: iso(run.createdAt),
  seconds: run.finishedAt && Math.round(run.createdAt.until(run.finishedAt).total('seconds')),
})

/** How it stands; `tone` is how bad that is. */
export function standingView({ last, running, open }: ProofStanding, now: Temporal.Instant) {
  const proven = last?.finishedAt ?? undefined
  const old = proven !== undefined && proven.until(now).total('hours') > PROVEN_FOR_HOURS
  const word =
    open > 0 ? 'red' : last === undefined ? 'never' : old ? 'old' : last.state === 'incomplete' ? 'incomplete' : 'green'
  return {
    word,
    open,
    at: proven && iso(proven),
    running: running && {
      done: running.checksDone,
      all: running.checks,
      waits: running.tries > 0 && running.checksDone === 0,
    },
  } as const
}
