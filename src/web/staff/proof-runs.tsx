import { formatNumber } from '#platform/i18n.ts'
import { staffProofMessages } from '../messages/staff-proof.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Badge, type Tone } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import type { runView } from './proof-view.ts'

type Run = ReturnType<typeof runView>

const TONES: Record<Run['state'], Tone> = {
  running: 'info',
  green: 'ok',
  red: 'bad',
  incomplete: 'warn',
  failed: 'plain',
}

/** Every proof that is kept, the newest first; one that found something leads to what it saw. */
export function ProofRuns({ runs, next }: { runs: readonly Run[]; next: string | undefined }) {
  const words = useMessages(staffProofMessages)
  const locale = useLocale()
  const columns: Column<Run>[] = [
    { key: 'began', header: words.began, cell: (run) => <Time at={run.startedAt} format="dateTime" /> },
    {
      key: 'state',
      header: words.state,
      cell: (run) => <Badge tone={TONES[run.state]}>{words.runStates[run.state]}</Badge>,
    },
    {
      key: 'by',
      header: words.by,
      grow: true,
      cell: (run) => run.requesterName ?? <span className="text-muted">{words.night}</span>,
    },
    {
      key: 'found',
      header: words.found,
      align: 'right',
      cell: (run) => (
        <span className="tabular">
          {formatNumber(run.findings, locale)}
          {run.newFindings > 0 && <span className="text-muted"> ({words.newOnes(run.newFindings)})</span>}
        </span>
      ),
    },
    {
      key: 'took',
      header: words.took,
      align: 'right',
      phone: 'hide',
      cell: (run) =>
        run.seconds === null ? null : <span className="tabular">{formatNumber(run.seconds, locale)} s</span>,
    },
  ]
  return (
    <DataTable
      label={words.views.runs}
      columns={columns}
      rows={runs}
      rowKey={(run) => run.id}
      href={(run) => (run.findings > 0 ? paths.staffProof({ run: run.id }) : undefined)}
      next={next}
      empty={<EmptyState title={words.emptyRuns} text={words.neverText} />}
    />
  )
}
