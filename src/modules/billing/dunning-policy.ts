import type { DunningAction, InvoicePurpose, Schema } from '#platform/schema.ts'

/** A step of the seller's: `day` counts from the due day, and is before it when negative. */
export type DunningStep = Pick<Schema['dunningSteps'], 'day' | 'action'>

/** A step that was taken, and on which day in the seller's time zone. */
export type DunningRun = DunningStep & { on: Temporal.PlainDate }

/** What is due now, in order, and when to look again; `nextOn` is null when nothing is left. */
export type DueSteps = { steps: DunningStep[]; skipped: DunningStep[]; nextOn: Temporal.PlainDate | null }

/**
 * A seller's steps as they are taken for a document. What staff wrote by hand is for no service: none is stopped for it, and where
 * others are warned of that, its customer is reminded.
 */
export function stepsFor(policy: readonly DunningStep[], purpose: InvoicePurpose): DunningStep[] {
  if (purpose !== 'manual') return [...policy]
  const steps = policy
    .filter(({ action }) => action !== 'suspend' && action !== 'terminate')
    .map(({ day, action }): DunningStep => ({ day, action: ATTEMPTS.has(action) ? action : 'remind' }))
  return steps.filter(
    ({ day, action }, index) => steps.findIndex((each) => each.day === day && each.action === action) === index,
  )
}

/** The first day of a policy, counted from the due day; null while it has no steps. */
export const firstStepDay = (policy: readonly DunningStep[]): number | null =>
  policy.length === 0 ? null : Math.min(...policy.map(({ day }) => day))

/** Each of these may follow the one before it only as long after it as the policy says, however late that one was. */
const ESCALATION: readonly DunningAction[] = ['warn', 'suspend', 'final_warning', 'terminate']
const ATTEMPTS: ReadonlySet<DunningAction> = new Set(['charge', 'retry'])

/**
 * Which steps are due for a document on a day. After a pause of ours what was missed is caught up without surprising anybody:
 * of several reminders only the last is sent, several attempts to charge become one, and suspension and termination keep their
 * distance from the warning before them. Reminders from before the document was made are skipped. Days are of the seller's zone.
 */
export function dueSteps(input: {
  policy: readonly DunningStep[]
  taken: readonly DunningRun[]
  dueOn: Temporal.PlainDate
  madeOn: Temporal.PlainDate
  today: Temporal.PlainDate
  /** Staff's word that nothing is suspended or terminated before that day. */
  holdUntil: Temporal.PlainDate | null
}): DueSteps {
  const { policy, taken, today } = input
  const left = policy
    .filter((step) => !taken.some((run) => run.day === step.day && run.action === step.action))
    .map((step) => ({ step, on: dayOf(input, step) }))
    .toSorted((a, b) => a.step.day - b.step.day || order(a.step) - order(b.step))
  const ready = left.filter(({ on }) => on !== undefined && Temporal.PlainDate.compare(on, today) <= 0)
  const steps: DunningStep[] = []
  const skipped: DunningStep[] = []
  for (const { step } of ready) {
    const later = ready.some((other) => other.step.day > step.day && replaces(other.step.action, step.action))
    const stale = step.day < 0 && isBeforeMade(input, step)
    ;(later || stale ? skipped : steps).push(step)
  }
  steps.sort((a, b) => order(a) - order(b) || a.day - b.day)
  // A step waits for the one it follows, so the rest is counted anew once these are taken.
  const done = [...taken, ...ready.map(({ step }) => ({ ...step, on: today }))]
  const rest = policy.filter((step) => !done.some((run) => run.day === step.day && run.action === step.action))
  const days = rest.map((step) => dayOf({ ...input, taken: done }, step)).filter((on) => on !== undefined)
  const nextOn = days.toSorted((a, b) => Temporal.PlainDate.compare(a, b))[0] ?? null
  return { steps, skipped, nextOn }
}

/** What is left of a policy for a document, in order; `on` is undefined for a step that waits for the one before it. */
export const stepsLeft = (
  input: Omit<Parameters<typeof dueSteps>[0], 'today' | 'madeOn'>,
): { step: DunningStep; on: Temporal.PlainDate | undefined }[] =>
  input.policy
    .filter((step) => !input.taken.some((run) => run.day === step.day && run.action === step.action))
    .map((step) => ({ step, on: dayOf(input, step) }))
    .toSorted((a, b) => a.step.day - b.step.day || order(a.step) - order(b.step))

/** Money is asked for before anybody is written to. */
const order = ({ action }: DunningStep): number => (ATTEMPTS.has(action) ? 0 : 2 + ESCALATION.indexOf(action))

/** Whether a later step makes an earlier one needless when both are due on one day. */
const replaces = (later: DunningAction, earlier: DunningAction): boolean =>
  later === earlier || (ATTEMPTS.has(later) && ATTEMPTS.has(earlier)) || (later === 'warn' && earlier === 'remind')

const isBeforeMade = (
  { dueOn, madeOn }: { dueOn: Temporal.PlainDate; madeOn: Temporal.PlainDate },
  { day }: DunningStep,
): boolean => Temporal.PlainDate.compare(dueOn.add({ days: day }), madeOn) <= 0

/** The first day a step may be taken; undefined while the step it follows has not been. */
function dayOf(
  { policy, taken, dueOn, holdUntil }: Omit<Parameters<typeof dueSteps>[0], 'today' | 'madeOn'>,
  step: DunningStep,
): Temporal.PlainDate | undefined {
  const planned = dueOn.add({ days: step.day })
  const rank = ESCALATION.indexOf(step.action)
  if (rank <= 0) return planned
  const before = policy
    .filter((each) => ESCALATION.indexOf(each.action) >= 0 && each.day <= step.day && each !== step)
    .filter((each) => ESCALATION.indexOf(each.action) < rank)
    .toSorted((a, b) => b.day - a.day)[0]
  const held = holdUntil && (step.action === 'suspend' || step.action === 'terminate') ? holdUntil : planned
  const earliest = latest(planned, held)
  if (!before) return earliest
  const run = taken.find((each) => each.day === before.day && each.action === before.action)
  return run && latest(earliest, run.on.add({ days: step.day - before.day }))
}

const latest = (a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate =>
  Temporal.PlainDate.compare(a, b) >= 0 ? a : b
