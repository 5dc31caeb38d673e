import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { formatNumber } from '#platform/i18n.ts'
import { staffHomeMessages } from '../messages/staff-home.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { Card, Figure } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Money } from '../ui/values.tsx'
import type { Board } from './home-page.tsx'
import type { Part } from './home-parts.ts'
import { formatMemory } from './view.ts'

/** The day in four figures, each the way into its list. */
export function Figures({ board: { figures, may } }: { board: Board }) {
  const words = useMessages(staffHomeMessages)
  const states = useMessages(stateMessages)
  const locale = useLocale()
  const number = (value: number | undefined): string => formatNumber(value ?? 0, locale)
  return (
    <>
      <FigureLink to={paths.staffOrders()} part={figures.ordersToday} label={words.parts.ordersToday}>
        {({ placed, paid }) => ({ value: number(placed), text: words.paidOf(paid) })}
      </FigureLink>
      <FigureLink
        to={
          may.reports ? paths.staffReport('revenue', { range: 'this_month' }) : paths.staffInvoices({ state: 'paid' })
        }
        part={figures.money}
        label={words.parts.money}
      >
        {(money) => ({
          value:
            money.length === 0
              ? words.noMoney
              : money.map(({ currency, amountMinor }) => (
                  <Money key={currency} minor={amountMinor} currency={currency} className="block" />
                )),
          text: words.payments(money.reduce((sum, { payments }) => sum + payments, 0)),
        })}
      </FigureLink>
      <FigureLink to={paths.staffServices({ state: 'active' })} part={figures.services} label={words.parts.services}>
        {({ active, provisioning = 0, suspended = 0 }) => ({
          value: number(active),
          text: [[provisioning, states.provisioning] as const, [suspended, states.suspended] as const]
            .filter(([count]) => count > 0)
            .map(([count, word]) => words.otherServices(count, word))
            .join(', '),
        })}
      </FigureLink>
      <FigureLink
        to={paths.staffProcedures({ state: 'running' })}
        part={figures.procedures}
        label={words.parts.procedures}
      >
        {({ running = 0, compensating = 0 }) => ({
          value: number(running + compensating),
          text: words.procedureStates(running, compensating),
        })}
      </FigureLink>
    </>
  )
}

function FigureLink<T>({
  to,
  part,
  label,
  children,
}: {
  to: string
  part: Part<T>
  label: string
  children: (value: T) => { value: ReactNode; text: ReactNode }
}) {
  const words = useMessages(staffHomeMessages)
  if (part === undefined) return null
  if (!part.read) return <Figure label={label} value="–" text={words.unreadable(label)} />
  return (
    <Link to={to} className="rounded-card [&>div]:h-full [&>div]:hover:border-line-strong">
      <Figure label={label} {...children(part.value)} />
    </Link>
  )
}

/** The machines that carry services, and how much room is left on each. */
export function Nodes({ nodes }: { nodes: Board['nodes'] }) {
  const words = useMessages(staffHomeMessages)
  const locale = useLocale()
  if (nodes === undefined) return null
  if (!nodes.read) return <Notice tone="warn">{words.unreadable(words.parts.nodes)}</Notice>
  return (
    <Card title={words.parts.nodes} flush>
      {nodes.value.length === 0 && <p className="px-5 py-4 text-table text-muted">{words.noNodes}</p>}
      <ul className="text-table">
        {nodes.value.map((node) => (
          <li
            key={node.node}
            className="grid grid-cols-2 items-center gap-x-6 gap-y-1.5 border-b border-line px-5 py-2 last:border-b-0 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 max-sm:col-span-2">
              <Code className="font-medium">{node.node}</Code>
              <StateBadge state={node.online ? 'online' : 'offline'} />
              <span className="text-muted">
                {node.active ? node.regionSlug : words.drained} ·{' '}
                {words.servers(formatNumber(node.services, locale), node.services)}
              </span>
            </div>
            <Room
              label={words.memory}
              free={node.memoryFreeMb}
              total={node.memoryTotalMb}
              text={(mb) => formatMemory(mb, locale)}
            />
            <Room
              label={words.disk}
              free={node.diskFreeGb}
              total={node.diskTotalGb}
              text={(gb) => `${formatNumber(Math.round(gb), locale)} GB`}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Room({
  label,
  free,
  total,
  text,
}: {
  label: string
  free: number
  total: number
  text: (value: number) => string
}) {
  const words = useMessages(staffHomeMessages)
  return (
    <div className="min-w-0">
      <p className="flex justify-between gap-2 text-xs text-muted">
        <span>{label}</span>
        <span className="tabular" title={words.ofTotal(text(free), text(total))}>
          {words.free(text(free))}
        </span>
      </p>
      <progress className="mt-1 bar" aria-label={label} value={total - free} max={total || 1} />
    </div>
  )
}

/** How long the lines are in which work waits. */
export function Queues({ queues }: { queues: Board['queues'] }) {
  const words = useMessages(staffHomeMessages)
  if (queues === undefined) return null
  if (!queues.read) return <Notice tone="warn">{words.unreadable(words.parts.queues)}</Notice>
  const lines = new Map(queues.value.map((line) => [line.queue, line]))
  return (
    <Card title={words.parts.queues} flush>
      <ul className="text-table">
        {Object.entries(words.queueNames).map(([queue, name]) => {
          const { waiting = 0, active = 0 } = lines.get(queue) ?? {}
          return (
            <li
              key={queue}
              className="relative flex min-h-9 items-center justify-between gap-3 border-b border-line px-5 last:border-b-0 hover:bg-hover"
            >
              <Link
                to={paths.staffJobs({ view: queue === 'dead' ? 'dead' : 'waiting' })}
                className="after:absolute after:inset-0"
              >
                {name}
              </Link>
              <span className="text-muted tabular">
                {waiting + active === 0
                  ? words.idle
                  : [waiting > 0 && words.waiting(waiting), active > 0 && words.running(active)]
                      .filter(Boolean)
                      .join(', ')}
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
