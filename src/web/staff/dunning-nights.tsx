import { DUNNING_ACTIONS } from '#modules/billing/dunning-actions.ts'
import { formatNumber } from '#platform/i18n.ts'
import { staffDunningMessages } from '../messages/staff-dunning.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import type { NightView } from './dunning-view.ts'
import { Day } from './parts.tsx'

/** What dunning did on each day of the last month. */
export function DunningNights({ nights }: { nights: readonly NightView[] }) {
  const words = useMessages(staffDunningMessages)
  const locale = useLocale()
  const number = (n: number | undefined) =>
    n === undefined || n === 0 ? (
      <span className="text-muted">–</span>
    ) : (
      <span className="tabular">{formatNumber(n, locale)}</span>
    )
  const columns: Column<NightView>[] = [
    { key: 'day', header: words.nights.day, cell: (night) => <Day at={night.day} /> },
    {
      key: 'between',
      header: words.nights.between,
      grow: true,
      phone: 'hide',
      cell: (night) => (
        <span className="text-muted">
          <Time at={night.firstAt} format="time" /> – <Time at={night.lastAt} format="time" />
        </span>
      ),
    },
    ...DUNNING_ACTIONS.map((action): Column<NightView> => ({
      key: action,
      header: words.actions[action] ?? action,
      align: 'right',
      cell: (night) => number(night.counts[action]),
    })),
    { key: 'skipped', header: words.nights.skipped, align: 'right', cell: (night) => number(night.skipped) },
  ]
  return (
    <DataTable
      label={words.views.nights}
      columns={columns}
      rows={nights}
      rowKey={(night) => night.day}
      empty={<EmptyState title={words.nights.empty} text={words.nights.emptyText} />}
    />
  )
}
