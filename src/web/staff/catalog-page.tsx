import { listOffer } from '#modules/catalog/list-offer.ts'
import { listProductEntries, PRODUCT_VIEWS } from '#modules/catalog/versions-queries.ts'
import { localeContext } from '../context.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Code, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { Images, Regions } from './catalog-parts.tsx'
import { readListUrl } from './list-url.ts'
import { RowLink } from './parts.tsx'
import { isoOrNull } from './view.ts'
import type { Route } from './+types/catalog-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const filter = { search: url.text('q'), view: url.one('view', PRODUCT_VIEWS) }
  const [{ rows, next }, { images, regions }] = await Promise.all([
    listProductEntries(app, actor, { ...url.page, ...filter }),
    listOffer(app, actor),
  ])
  return {
    images,
    regions,
    next,
    filtered: Boolean(filter.search ?? filter.view),
    views: PRODUCT_VIEWS,
    mayEdit: may('catalog.edit'),
    mayReprice: may('catalog.reprice'),
    rows: rows.map((row) => ({
      ...row,
      name: row.name[locale],
      open: row.open && { ...row.open, publishAt: isoOrNull(row.open.publishAt) },
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

function useColumns(): Column<Row>[] {
  const words = useMessages(staffVersionsMessages)
  return [
    { key: 'name', header: words.product, cell: (row) => row.name },
    {
      key: 'state',
      header: words.state,
      cell: (row) => <StateBadge state={row.view} label={words.views[row.view]} />,
    },
    { key: 'slug', header: words.address, grow: true, cell: (row) => <Code>{row.slug}</Code> },
    { key: 'plans', header: words.plans, align: 'right', cell: (row) => row.plans },
    {
      key: 'open',
      header: words.inWork,
      align: 'right',
      cell: ({ open }) =>
        open && (
          <RowLink to={paths.staffVersion(open.id)}>
            {words.draftNumber(open.number)}
            {open.publishAt && (
              <>
                {', '}
                <Time at={open.publishAt} format="date" />
              </>
            )}
          </RowLink>
        ),
    },
  ]
}

export default function CatalogPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, views, mayEdit, mayReprice, images, regions } = loaderData
  const words = useMessages(staffVersionsMessages)
  const create = mayEdit && (
    <LinkButton to={paths.staffProductNew()} variant="primary">
      {words.create}
    </LinkButton>
  )
  return (
    <ListPage
      title={words.title}
      text={words.text}
      actions={
        <>
          <LinkButton to={paths.staffStock()}>{words.stock}</LinkButton>
          {mayReprice && <LinkButton to={paths.staffRepricings()}>{words.repricings}</LinkButton>}
          {create}
        </>
      }
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'view',
              label: words.state,
              options: views.map((view) => ({ value: view, label: words.views[view] })),
            },
          ]}
        />
      }
    >
      <div className="grid gap-8">
        <DataTable
          label={words.title}
          columns={useColumns()}
          rows={rows}
          rowKey={(row) => row.id}
          href={(row) => paths.staffProduct(row.id)}
          next={next}
          filtered={filtered}
          empty={<EmptyState title={words.empty} text={words.emptyText} action={create} />}
        />
        <div className="grid items-start gap-5 lg:grid-cols-2">
          <Images images={images} />
          <Regions regions={regions} />
        </div>
      </div>
    </ListPage>
  )
}
