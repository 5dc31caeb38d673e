import { redirect } from 'react-router'
import { staffMessages } from '../messages/staff.ts'
import { staffHomeMessages } from '../messages/staff-home.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { CardRows } from './card-rows.tsx'
import { findAlike, findExact } from './find.ts'
import { readListUrl } from './list-url.ts'
import { AllLink } from './parts.tsx'
import { shortId } from './view.ts'
import type { Route } from './+types/search-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const q = readListUrl(request).text('q') ?? ''
  if (q.length < 2) return { q, found: undefined }
  const exact = await findExact(scope, q)
  if (exact !== undefined) throw redirect(exact)
  const { customers, services, invoices } = await findAlike(scope, q)
  return {
    q,
    found: {
      customers: {
        more: customers.next !== undefined,
        rows: customers.rows.map(({ id, name, email, company }) => ({ id, name, email, company })),
      },
      services: {
        more: services.next !== undefined,
        rows: services.rows.map(({ id, hostname, state, customerName, addresses }) => ({
          id,
          hostname,
          state,
          customerName,
          address: addresses[0],
        })),
      },
      invoices: {
        more: invoices.next !== undefined,
        rows: invoices.rows.map(({ id, number, state, customerName, totalMinor, currency }) => ({
          id,
          number,
          state,
          customerName,
          totalMinor,
          currency,
        })),
      },
    },
  }
}

export default function SearchPage({ loaderData: { q, found } }: Route.ComponentProps) {
  const words = useMessages(staffHomeMessages).search
  if (!found)
    return (
      <ListPage title={words.title}>
        <EmptyState kind="no-match" title={q === '' ? words.title : words.short} text={words.hint} action={<span />} />
      </ListPage>
    )
  const nothing = found.customers.rows.length + found.services.rows.length + found.invoices.rows.length === 0
  if (nothing)
    return (
      <ListPage title={words.title}>
        <EmptyState kind="no-match" title={words.nothing(q)} text={words.nothingText} action={<span />} />
      </ListPage>
    )
  return (
    <ListPage title={words.found(q)}>
      <Found q={q} found={found} />
    </ListPage>
  )
}

type Result = NonNullable<Route.ComponentProps['loaderData']['found']>

function Found({ q, found: { customers, services, invoices } }: { q: string; found: Result }) {
  const words = useMessages(staffHomeMessages).search
  const objects = useMessages(staffObjectsMessages)
  const common = useMessages(staffMessages)
  return (
    <div className="grid gap-5">
      {customers.rows.length > 0 && (
        <Card
          title={words.customers}
          actions={customers.more && <AllLink to={paths.staffCustomers({ q })} label={words.more} />}
          flush
        >
          <CardRows
            label={words.customers}
            empty={common.none}
            rows={customers.rows.map((row) => ({
              key: row.id,
              to: paths.staffCustomer(row.id),
              title: row.name,
              text: [row.company, row.email].filter(Boolean).join(' · '),
            }))}
          />
        </Card>
      )}
      {services.rows.length > 0 && (
        <Card
          title={words.services}
          actions={services.more && <AllLink to={paths.staffServices({ q })} label={words.more} />}
          flush
        >
          <CardRows
            label={words.services}
            empty={common.none}
            rows={services.rows.map((row) => ({
              key: row.id,
              to: paths.staffService(row.id),
              title: row.hostname,
              state: <StateBadge state={row.state} />,
              text: row.customerName,
              code: row.address,
            }))}
          />
        </Card>
      )}
      {invoices.rows.length > 0 && (
        <Card
          title={words.invoices}
          actions={invoices.more && <AllLink to={paths.staffInvoices({ q })} label={words.more} />}
          flush
        >
          <CardRows
            label={words.invoices}
            empty={common.none}
            rows={invoices.rows.map((row) => ({
              key: row.id,
              to: paths.staffInvoice(row.id),
              title: row.number ?? objects.invoices.proFormaOf(shortId(row.id)),
              state: <StateBadge state={row.state} />,
              text: row.customerName,
              amount: <Money minor={row.totalMinor} currency={row.currency} />,
            }))}
          />
        </Card>
      )}
    </div>
  )
}
