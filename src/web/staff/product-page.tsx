import { data } from 'react-router'
import { beginDraft } from '#modules/catalog/edit-draft.ts'
import { listOffer } from '#modules/catalog/list-offer.ts'
import { getProductEntry } from '#modules/catalog/versions-queries.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { LinkButton, SubmitButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { tryForm } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { Notice } from '../ui/notice.tsx'
import { ObjectPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { ProductTables } from './catalog-parts.tsx'
import { Refusal } from './parts.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/product-page'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const [entry, offer] = await Promise.all([getProductEntry(app, actor, params.productId), listOffer(app, actor)])
  const open = entry.versions.find(({ state }) => state === 'draft' || state === 'planned')
  const shown = entry.live ?? entry.versions[0]!.document
  return {
    productId: entry.productId,
    name: shown.name[locale],
    summary: shown.summary[locale],
    view: entry.live?.state ?? ('draft' as const),
    product: offer.products.find(({ id }) => id === entry.productId),
    mayEdit: may('catalog.edit'),
    open: open && { id: open.id, number: open.number, publishAt: isoOrNull(open.publishAt) },
    versions: entry.versions.map((version) => ({
      id: version.id,
      number: version.number,
      state: version.state,
      brings: entry.versions.find(({ id }) => id === version.restores)?.number,
      at: iso(version.publishedAt ?? version.updatedAt),
    })),
  }
}

export async function action({ request, params: { productId }, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const form = await request.formData()
  const begun = await tryForm(form, context.get(localeContext), () => beginDraft(app, actor, { productId }))
  return begun.ok ? redirectWithFlash(paths.staffDraft(begun.value.id), 'saved') : data(begun, 409)
}

type Version = Route.ComponentProps['loaderData']['versions'][number]

export default function StaffProductPage({ loaderData, actionData }: Route.ComponentProps) {
  const { productId, name, summary, view, product, mayEdit, open, versions } = loaderData
  const words = useMessages(staffVersionsMessages)
  const columns: Column<Version>[] = [
    { key: 'number', header: words.versions, cell: (row) => words.version(row.number) },
    {
      key: 'state',
      header: words.state,
      cell: (row) => <StateBadge state={row.state} label={words.states[row.state]} />,
    },
    { key: 'brings', header: '', grow: true, cell: ({ brings }) => brings !== undefined && words.brings(brings) },
    { key: 'at', header: words.when, align: 'right', cell: (row) => <Time at={row.at} /> },
  ]
  return (
    <ObjectPage
      title={name}
      text={summary}
      id={productId}
      state={<StateBadge state={view} label={words.views[view]} />}
      back={{ to: paths.staffCatalog(), label: words.title }}
      notice={actionData && <Refusal state={actionData} />}
      actions={
        open ? (
          <LinkButton to={paths.staffVersion(open.id)} variant="primary">
            {words.openDraft}
          </LinkButton>
        ) : (
          mayEdit && (
            <ActionForm>
              <SubmitButton variant="primary">{words.beginDraft}</SubmitButton>
            </ActionForm>
          )
        )
      }
    >
      {open?.publishAt && (
        <Notice tone="info">
          {words.version(open.number)}: <Time at={open.publishAt} format="full" />
        </Notice>
      )}
      {product ? <ProductTables product={product} /> : <Notice tone="info">{words.notLive}</Notice>}
      <section aria-label={words.versions} className="grid gap-3">
        <h2 className="text-lg font-semibold">{words.versions}</h2>
        <DataTable
          label={words.versions}
          columns={columns}
          rows={versions}
          rowKey={(row) => row.id}
          href={(row) => paths.staffVersion(row.id)}
          empty={<EmptyState title={words.none} />}
        />
      </section>
    </ObjectPage>
  )
}
