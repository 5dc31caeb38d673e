import { repricingMachine } from '#modules/billing/repricing.ts'
import { listRepricings } from '#modules/billing/repricings-queries.ts'
import type { RepricingState } from '#platform/schema.ts'
import { localeContext } from '../context.ts'
import { staffCatalogMessages } from '../messages/staff-catalog.ts'
import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import { formatDay } from '../portal/view.ts'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { partOf } from './repricing-part.ts'
import type { Route } from './+types/repricings-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const states = Object.keys(repricingMachine.states) as RepricingState[]
  const state = url.one('state', states)
  const { rows, next } = await listRepricings(app, actor, { ...url.page, state })
  return {
    states,
    next,
    filtered: state !== undefined,
    rows: rows.map((row) => ({
      id: row.id,
      state: row.state,
      part: partOf(row, locale),
      amountMinor: row.amountMinor,
      currency: row.currency,
      intervalUnit: row.intervalUnit,
      intervalCount: row.intervalCount,
      effectiveOn: row.effectiveOn.toString(),
      agreements: row.agreements,
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

function useColumns(): Column<Row>[] {
  const words = useMessages(staffRepricingsMessages)
  const common = useMessages(staffCatalogMessages)
  const locale = useLocale()
  return [
    { key: 'plan', header: words.plan, cell: (row) => row.part },
    { key: 'state', header: words.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'price',
      header: words.price,
      align: 'right',
      grow: true,
      cell: (row) => (
        <>
          <Money minor={row.amountMinor} currency={row.currency} />{' '}
          <span className="text-muted">
            {words.per(common.perCount(row.intervalCount, common.per[row.intervalUnit]))}
          </span>
        </>
      ),
    },
    { key: 'from', header: words.from, align: 'right', cell: (row) => formatDay(row.effectiveOn, locale) },
    {
      key: 'agreements',
      header: words.agreements,
      align: 'right',
      cell: (row) => (row.state === 'draft' ? null : row.agreements),
    },
  ]
}

export default function RepricingsPage({ loaderData: { rows, next, filtered, states } }: Route.ComponentProps) {
  const words = useMessages(staffRepricingsMessages)
  const stateWords = useMessages(stateMessages)
  const create = (
    <LinkButton to={paths.staffRepricingNew()} variant="primary">
      {words.create}
    </LinkButton>
  )
  return (
    <ListPage
      title={words.title}
      text={words.text}
      back={{ to: paths.staffCatalog(), label: words.catalog }}
      actions={create}
      filters={
        <Filters
          selects={[
            {
              name: 'state',
              label: words.state,
              options: states.map((state) => ({ value: state, label: stateWords[state] })),
            },
          ]}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={useColumns()}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffRepricing(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} action={create} />}
      />
    </ListPage>
  )
}
