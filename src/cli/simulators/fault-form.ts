import { z } from 'zod'
import { FaultRule } from '#platform/simulation.ts'
import type { SimulatorKey } from './parts.ts'

export const FAULT_KINDS = {
  answer: 'Answer with an error, do nothing',
  answer_after: 'Do it, then answer with an error',
  delay: 'Wait, then answer as usual',
  drop: 'Hang up, do nothing',
  drop_after: 'Do it, then hang up (lost answer)',
} as const
type FaultKind = keyof typeof FAULT_KINDS

/** The form as it was typed, to show it again. */
export type FaultForm = { method: string; path: string; kind: FaultKind; status: string; ms: string; times: string }

/** What the form proposes before anything is typed. */
export const emptyForm = (simulator: SimulatorKey): FaultForm => ({
  method: simulator === 'mail' ? 'DATA' : '',
  path: '',
  kind: 'drop_after',
  status: simulator === 'mail' ? '451' : '500',
  ms: '3000',
  times: '1',
})

/** What is wrong, by field, in words that say what to do. */
export type Issues = { status?: string; ms?: string; times?: string }

const Text = z.string().trim().catch('')
const Typed = z.object({
  method: Text,
  path: Text,
  kind: z.enum(Object.keys(FAULT_KINDS) as FaultKind[]).catch('drop_after'),
  status: Text,
  ms: Text,
  times: Text,
})

const number = (text: string): number | undefined => (text === '' ? undefined : Number(text))

/** The rule a form asks for, or what is wrong with it by field. */
export function readFaultForm(body: unknown): { form: FaultForm } & ({ rule: FaultRule } | { issues: Issues }) {
  const form = Typed.parse(body)
  const afterActing = form.kind.endsWith('_after')
  const actions = {
    answer: { kind: 'answer', status: number(form.status), afterActing },
    answer_after: { kind: 'answer', status: number(form.status), afterActing },
    delay: { kind: 'delay', ms: number(form.ms) },
    drop: { kind: 'drop', afterActing },
    drop_after: { kind: 'drop', afterActing },
  }
  const parsed = FaultRule.safeParse({
    ...(form.method ? { method: form.method } : {}),
    path: form.path,
    times: number(form.times),
    action: actions[form.kind],
  })
  if (parsed.success) return { form, rule: parsed.data }
  const issues: Issues = {}
  for (const { path } of parsed.error.issues) {
    const field = path.at(-1)
    if (field === 'status') issues.status = 'A whole number from 400 to 599.'
    else if (field === 'ms') issues.ms = 'Milliseconds, a whole number from 1 to 120000.'
    else issues.times = 'A whole number from 1 to 10000.'
  }
  return { form, issues }
}
const UNAVAILABLE = '{"actionSucceed":false,"errorWrappers":[{"error":"MS_UNAVAILABLE"}]}'

/** The faults one wants most often, each a single button. */
export const PRESETS: Record<SimulatorKey, { label: string; rule: z.input<typeof FaultRule> }[]> = {
  stripe: [
    {
      label: 'Lose the answer to the next POST',
      rule: { method: 'POST', action: { kind: 'drop', afterActing: true } },
    },
    { label: 'Answer 500 to the next call', rule: { action: { kind: 'answer', status: 500 } } },
    { label: 'Answer 429 to the next three calls', rule: { times: 3, action: { kind: 'answer', status: 429 } } },
    { label: 'Answer the next call after 5 s', rule: { action: { kind: 'delay', ms: 5_000 } } },
  ],
  proxmox: [
    {
      label: 'Lose the answer to the next clone',
      rule: { method: 'POST', path: '/clone', action: { kind: 'drop', afterActing: true } },
    },
    {
      label: 'Lose the answer to the next start',
      rule: { method: 'POST', path: '/status/start', action: { kind: 'drop', afterActing: true } },
    },
    { label: 'Answer 595 to the next call', rule: { action: { kind: 'answer', status: 595 } } },
    { label: 'Hang up on the next ten calls', rule: { times: 10, action: { kind: 'drop' } } },
  ],
  vies: [
    {
      label: 'The state does not answer, the next five times',
      rule: { times: 5, action: { kind: 'answer', status: 500, body: UNAVAILABLE } },
    },
    {
      label: 'Show a page about maintenance to the next five calls',
      rule: { times: 5, action: { kind: 'answer', status: 503 } },
    },
    { label: 'Answer the next call after 30 s', rule: { action: { kind: 'delay', ms: 30_000 } } },
    { label: 'Hang up on the next call', rule: { action: { kind: 'drop' } } },
  ],
  mail: [
    { label: 'Try the next mail later (451)', rule: { method: 'DATA', action: { kind: 'answer', status: 451 } } },
    { label: 'Refuse the next recipient (550)', rule: { method: 'RCPT', action: { kind: 'answer', status: 550 } } },
    {
      label: 'Take the next mail, then hang up',
      rule: { method: 'DATA', action: { kind: 'drop', afterActing: true } },
    },
    { label: 'Refuse the next login (535)', rule: { method: 'AUTH', action: { kind: 'answer', status: 535 } } },
  ],
}

/** A rule in words: "Next 3 × POST with /clone: do it, then hang up". */
export function describeFault(rule: FaultRule): string {
  const { action } = rule
  const what = rule.method ?? 'any call'
  const where = rule.path ? ` with ${rule.path}` : ''
  const does = (afterActing: boolean, then: string): string => (afterActing ? `do it, then ${then}` : then)
  const how =
    action.kind === 'delay'
      ? `wait ${action.ms} ms`
      : action.kind === 'drop'
        ? does(action.afterActing, 'hang up')
        : does(action.afterActing, `answer ${action.status}`)
  return `Next ${rule.times === 1 ? '' : `${rule.times} × `}${what}${where}: ${how}`
}
