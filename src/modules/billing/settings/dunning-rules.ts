import type { DunningAction } from '#platform/schema.ts'
import type { DunningStep } from '../dunning-policy.ts'
import type { SettingIssue } from './section.ts'

/** In the order in which the steps of one day are taken and listed. */
export const DUNNING_ACTIONS = [
  'remind',
  'charge',
  'retry',
  'warn',
  'suspend',
  'final_warning',
  'terminate',
] as const satisfies readonly DunningAction[]

export const FIRST_DAY = -60
export const LAST_DAY = 365
/** The final warning says that deletion comes in a few days. */
const FEW_DAYS = 3
/** What may be planned once at most. */
const ONCE: ReadonlySet<DunningAction> = new Set(['charge', 'warn', 'suspend', 'final_warning', 'terminate'])

/** Steps by day, those of one day in the order in which they are taken. */
export const sortSteps = (steps: readonly DunningStep[]): DunningStep[] =>
  steps.toSorted((a, b) => a.day - b.day || DUNNING_ACTIONS.indexOf(a.action) - DUNNING_ACTIONS.indexOf(b.action))

/**
 * What is wrong with steps of dunning; `path` names the step by its place. Nobody is suspended whom the warning did not reach
 * the day before, since it says "tomorrow", and nothing is deleted without a suspension and a final warning days before.
 */
export function findDunningIssues(steps: readonly DunningStep[]): SettingIssue[] {
  const issues: SettingIssue[] = []
  const refuse = (index: number, code: keyof typeof MESSAGES, ...values: (string | number)[]): void => {
    issues.push({ path: `steps.${index}`, code, message: MESSAGES[code], values })
  }
  const dayOf = (action: DunningAction): number | undefined => steps.find((each) => each.action === action)?.day
  for (const [index, { day, action }] of steps.entries()) {
    const same = steps.findIndex((each) => each.action === action && (each.day === day || ONCE.has(action)))
    if (same < index) refuse(index, 'dunning_twice', action)
    else if (action !== 'remind' && day < (action === 'charge' ? 0 : 1)) refuse(index, 'dunning_too_early', action)
    else if (action === 'retry' && day <= (dayOf('charge') ?? LAST_DAY)) refuse(index, 'dunning_retry_first')
    else if (action === 'warn' && dayOf('suspend') === undefined) refuse(index, 'dunning_warns_of_nothing')
    else if (action === 'suspend' && dayOf('warn') !== day - 1) refuse(index, 'dunning_no_warning', day - 1)
    else if (action === 'final_warning' && dayOf('terminate') === undefined) refuse(index, 'dunning_warns_of_nothing')
    else if (action === 'final_warning' && (dayOf('suspend') ?? LAST_DAY) >= day) refuse(index, 'dunning_not_suspended')
    else if (action === 'terminate' && (dayOf('final_warning') ?? LAST_DAY) > day - FEW_DAYS)
      refuse(index, 'dunning_no_final_warning', day - FEW_DAYS)
  }
  return issues
}

const MESSAGES = {
  dunning_twice: 'This step is there already.',
  dunning_too_early: 'This step comes after the due day.',
  dunning_retry_first: 'Another attempt comes after the first one.',
  dunning_warns_of_nothing: 'What this warns of is not among the steps.',
  dunning_no_warning: 'The warning has to be sent the day before.',
  dunning_not_suspended: 'The final warning comes after the suspension.',
  dunning_no_final_warning: 'The final warning has to be sent at least three days before.',
}
