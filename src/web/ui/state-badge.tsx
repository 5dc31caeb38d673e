import {
  Ban,
  Check,
  CircleAlert,
  CircleDashed,
  CircleDot,
  CircleHelp,
  CirclePause,
  CircleSlash,
  Clock,
  FileText,
  type LucideIcon,
  Play,
  Power,
  RotateCcw,
  Send,
  Wrench,
} from 'lucide-react'
import { type StateWord, stateMessages } from '../messages/states.ts'
import { cx } from './cx.ts'
import { useMessages } from './site.tsx'
import { Spinner } from './spinner.tsx'

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'plain'

const TINTS: Record<Tone, string> = {
  ok: 'bg-ok-tint text-ok',
  warn: 'bg-warn-tint text-warn',
  bad: 'bg-bad-tint text-bad',
  info: 'bg-info-tint text-info',
  plain: 'bg-sunken text-muted',
}

const LOOKS: Record<StateWord, [Tone, LucideIcon | 'spin']> = {
  active: ['ok', Check],
  planned: ['info', Clock],
  live: ['ok', Check],
  superseded: ['plain', RotateCcw],
  discarded: ['plain', CircleSlash],
  announced: ['info', Send],
  applied: ['ok', Check],
  aborted: ['plain', CircleSlash],
  answered: ['info', Send],
  available: ['ok', Check],
  approved: ['ok', Check],
  refused: ['bad', Ban],
  withdrawn: ['plain', CircleSlash],
  cancelled: ['plain', CircleSlash],
  committed: ['ok', Check],
  ended: ['plain', CircleSlash],
  released: ['plain', RotateCcw],
  reserved: ['info', Clock],
  closed: ['plain', Check],
  compensated: ['warn', RotateCcw],
  compensating: ['warn', 'spin'],
  completed: ['ok', Check],
  created: ['plain', Clock],
  done: ['ok', Check],
  draft: ['plain', FileText],
  ending: ['warn', Clock],
  enabled: ['ok', Check],
  disabled: ['plain', CircleSlash],
  expired: ['plain', Clock],
  failed: ['bad', CircleAlert],
  finished: ['ok', Check],
  maintenance: ['warn', Wrench],
  offline: ['bad', Power],
  online: ['ok', Check],
  open: ['info', CircleDot],
  overdue: ['bad', CircleAlert],
  paid: ['ok', Check],
  past_due: ['warn', CircleAlert],
  paused: ['warn', CirclePause],
  pending: ['warn', CircleDashed],
  processing: ['info', 'spin'],
  provisioning: ['info', 'spin'],
  published: ['ok', Check],
  queued: ['plain', Clock],
  refunded: ['plain', RotateCcw],
  restarting: ['info', 'spin'],
  retired: ['plain', CircleSlash],
  retry: ['warn', RotateCcw],
  running: ['ok', Play],
  sent: ['ok', Send],
  skipped: ['plain', CircleSlash],
  starting: ['info', 'spin'],
  stopped: ['plain', Power],
  stopping: ['info', 'spin'],
  stuck: ['bad', CircleAlert],
  succeeded: ['ok', Check],
  suspended: ['warn', CirclePause],
  terminated: ['plain', Ban],
  transferred: ['plain', Send],
  uncollectible: ['bad', Ban],
  undone: ['warn', RotateCcw],
  undoing: ['warn', 'spin'],
  unknown: ['plain', CircleHelp],
  unpaid: ['warn', CircleDot],
  unverified: ['warn', CircleAlert],
  verified: ['ok', Check],
  void: ['plain', CircleSlash],
  needs_person: ['bad', CircleHelp],
  warning: ['warn', CircleAlert],
  won: ['ok', Check],
  lost: ['bad', Ban],
  warning_closed: ['plain', Check],
  waiting: ['plain', Clock],
}

const isStateWord = (state: string): state is StateWord => Object.hasOwn(LOOKS, state)

/** The tone of a state word, for timelines and cards that echo it. */
export const toneOf = (state: string): Tone => (isStateWord(state) ? LOOKS[state][0] : 'plain')

/** A state as icon, word and tint. `label` says it in other words; `busy` shows that it is about to change. */
export function StateBadge({ state, label, busy = false }: { state: string; label?: string; busy?: boolean }) {
  const words = useMessages(stateMessages)
  const [tone, Icon] = isStateWord(state) ? LOOKS[state] : (['plain', CircleHelp] as const)
  return (
    <span
      data-state={state}
      className={cx(
        'inline-flex h-[1.7em] shrink-0 items-center gap-1 rounded-full px-2 text-[max(0.75rem,0.8125em)] font-medium whitespace-nowrap [&_svg]:size-[1.1em]',
        TINTS[tone],
      )}
    >
      {busy || Icon === 'spin' ? <Spinner /> : <Icon aria-hidden="true" strokeWidth={2.25} className="shrink-0" />}
      {label ?? (isStateWord(state) ? words[state] : state.replaceAll('_', ' '))}
    </span>
  )
}

/** Any short mark that is not a state: "Popular", "Test mode". */
export const Badge = ({ tone = 'plain', children }: { tone?: Tone; children: React.ReactNode }) => (
  <span
    className={cx(
      'inline-flex h-[1.7em] shrink-0 items-center rounded-full px-2 text-[max(0.75rem,0.8125em)] font-medium whitespace-nowrap',
      TINTS[tone],
    )}
  >
    {children}
  </span>
)
