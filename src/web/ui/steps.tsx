import { Check, Circle, CircleSlash, Clock, RotateCcw, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { kitMessages } from '../messages/kit.ts'
import { cx } from './cx.ts'
import { useMessages } from './site.tsx'
import { Spinner } from './spinner.tsx'

export type StepState = 'done' | 'running' | 'waiting' | 'failed' | 'undone' | 'skipped'
/** `waitsFor` marks a step that is begun and waits for the outside. */
export type Step = { name: string; title: ReactNode; state: StepState; text?: ReactNode; aside?: ReactNode }

const MARKS: Record<StepState, [string, ReactNode]> = {
  done: [
    'border-transparent bg-ok text-surface',
    <Check key="i" aria-hidden="true" strokeWidth={3} className="size-3" />,
  ],
  running: ['border-transparent bg-info-tint text-info', <Spinner key="i" />],
  waiting: [
    'border-line-strong/50 text-muted',
    <Circle key="i" aria-hidden="true" className="size-1.5 fill-current" />,
  ],
  failed: [
    'border-transparent bg-bad text-surface',
    <X key="i" aria-hidden="true" strokeWidth={3} className="size-3" />,
  ],
  undone: ['border-transparent bg-warn-tint text-warn', <RotateCcw key="i" aria-hidden="true" className="size-3" />],
  skipped: ['border-line text-muted', <CircleSlash key="i" aria-hidden="true" className="size-3" />],
}

/** The progress of a long piece of work. The list is announced as it changes; every state is icon and word. */
export function Steps({ steps, label }: { steps: readonly Step[]; label: string }) {
  const words = useMessages(kitMessages).steps
  return (
    <ol aria-label={label} aria-live="polite" aria-relevant="text" className="grid">
      {steps.map((step, index) => (
        <li
          key={step.name}
          data-step={step.name}
          data-state={step.state}
          className="relative flex gap-3 pb-4 last:pb-0"
        >
          {index < steps.length - 1 && (
            <span
              aria-hidden="true"
              className={cx(
                'absolute top-5 bottom-0 left-[0.59375rem] w-px',
                step.state === 'done' ? 'bg-ok/50' : 'bg-line',
              )}
            />
          )}
          <span
            className={cx(
              'relative mt-[0.1em] grid size-5 shrink-0 place-items-center rounded-full border',
              MARKS[step.state][0],
            )}
          >
            {MARKS[step.state][1]}
          </span>
          <div className="min-w-0 flex-1">
            <p className={cx(step.state === 'waiting' && 'text-muted', step.state === 'running' && 'font-medium')}>
              {step.title}
              <span className="sr-only">, {words[step.state]}</span>
            </p>
            {step.text && (
              <div className={cx('text-sm', step.state === 'failed' ? 'text-bad' : 'text-muted')}>{step.text}</div>
            )}
          </div>
          {step.aside && <div className="shrink-0 text-sm text-muted tabular">{step.aside}</div>}
        </li>
      ))}
    </ol>
  )
}

/** A job that runs, where its button was: what it does now, and how far it is if that is known (0 to 1). */
export function ProgressRow({ title, text, share }: { title: ReactNode; text?: ReactNode; share?: number }) {
  return (
    <div role="status" className="flex items-center gap-3 rounded-card border border-line bg-surface px-4 py-3">
      <span className="text-info">
        {share === undefined ? <Spinner /> : <Clock aria-hidden="true" className="size-4" />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {text && <p className="text-sm text-muted">{text}</p>}
        {share !== undefined && <progress className="mt-2 bar" value={share} max={1} />}
      </div>
    </div>
  )
}
