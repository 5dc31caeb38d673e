import { Download } from 'lucide-react'
import { Form, Link } from 'react-router'
import { statementWords } from '#modules/billing/statement-words.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { Button, LinkButton } from '../ui/button.tsx'
import { Card, Figure } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import type { StatementView } from './statement-view.ts'

type Span = { from: string; to: string; currency?: string }

/** Files of the statement that is shown. `address` leads to one of them. */
export function StatementFiles({
  view,
  address,
}: {
  view: StatementView
  address: (format: 'pdf' | 'csv', span: Required<Span>) => string
}) {
  const words = useMessages(portalMoneyMessages).statement
  const { from, to, currency } = view
  return (['pdf', 'csv'] as const).map((format) => (
    <LinkButton key={format} to={address(format, { from, to, currency })} document download>
      <Download aria-hidden="true" />
      {words.files[format]}
    </LinkButton>
  ))
}

export const StatementFigures = ({ view }: { view: StatementView }) => {
  const words = statementWords[useLocale()]
  const { currency } = view
  return (
    <>
      <Figure label={words.opening} value={<Money minor={view.openingMinor} currency={currency} />} />
      <Figure
        label={words.closing}
        value={<Money minor={view.closingMinor} currency={currency} />}
        {...(view.closingMinor < 0n && { text: words.inFavour })}
      />
    </>
  )
}

/** Which days and currency, what moved, and what it comes to. */
export function StatementBody({
  view,
  here,
  invoice,
}: {
  view: StatementView
  /** The address of the page with another span. */
  here: (span: Span) => string
  invoice: (invoiceId: string) => string
}) {
  const words = useMessages(portalMoneyMessages).statement
  const texts = statementWords[useLocale()]
  const { currency } = view
  return (
    <>
      <Chooser view={view} here={here} />
      <Movements view={view} invoice={invoice} />
      {view.sums.length > 0 && (
        <Card title={words.sums} className="max-w-form">
          <dl className="grid gap-1.5">
            <Sum label={texts.opening} minor={view.openingMinor} currency={currency} />
            {view.sums.map(({ kind, minor }) => (
              <Sum key={kind} label={texts.kinds[kind]} minor={minor} currency={currency} />
            ))}
            <Sum label={texts.closing} minor={view.closingMinor} currency={currency} strong />
            {view.creditMinor > 0n && <Sum label={texts.ofWhichCredit} minor={-view.creditMinor} currency={currency} />}
          </dl>
        </Card>
      )}
      <p className="text-sm text-muted">{texts.note}</p>
    </>
  )
}

function Chooser({ view, here }: { view: StatementView; here: (span: Span) => string }) {
  const words = useMessages(portalMoneyMessages).statement
  const { currency } = view
  return (
    <div className="grid gap-3">
      <Form key={`${view.from} ${view.to} ${currency}`} className="flex flex-wrap items-end gap-3">
        <Field name="from" label={words.from} type="date" initial={view.from} required className="w-40" />
        <Field name="to" label={words.to} type="date" initial={view.to} required className="w-40" />
        {view.currencies.length > 1 ? (
          <Select
            name="currency"
            label={words.currency}
            initial={currency}
            options={view.currencies.map((each) => ({ value: each, label: each }))}
          />
        ) : (
          <input type="hidden" name="currency" value={currency} />
        )}
        <Button type="submit">{words.show}</Button>
      </Form>
      <p className="flex gap-4">
        <Link to={here({ ...view.earlier, currency })} className="inline-flex min-h-6 items-center link">
          {words.earlier}
        </Link>
        <Link to={here({ ...view.later, currency })} className="inline-flex min-h-6 items-center link">
          {words.later}
        </Link>
      </p>
    </div>
  )
}

function Movements({ view, invoice }: { view: StatementView; invoice: (invoiceId: string) => string }) {
  const words = statementWords[useLocale()]
  const { currency } = view
  const columns: Column<StatementView['rows'][number]>[] = [
    {
      key: 'what',
      header: words.what,
      grow: true,
      cell: (row) =>
        row.invoiceId === null ? (
          row.what
        ) : (
          <a href={invoice(row.invoiceId)} className="link">
            {row.what}
          </a>
        ),
    },
    { key: 'day', header: words.day, cell: (row) => <Time at={row.at} format="date" /> },
    {
      key: 'amount',
      header: words.amount,
      align: 'right',
      cell: (row) =>
        row.fromCredit ? (
          <span className="text-muted">{words.fromCredit}</span>
        ) : (
          <Money minor={row.amountMinor} currency={currency} />
        ),
    },
    {
      key: 'balance',
      header: words.balance,
      align: 'right',
      cell: (row) => <Money minor={row.balanceMinor} currency={currency} />,
    },
  ]
  return (
    <DataTable
      label={words.title}
      columns={columns}
      rows={view.rows}
      rowKey={(row) => row.id}
      empty={<EmptyState title={words.empty} />}
    />
  )
}

const Sum = ({
  label,
  minor,
  currency,
  strong = false,
}: {
  label: string
  minor: bigint
  currency: string
  strong?: boolean
}) => (
  <div
    className={
      strong ? 'flex justify-between gap-4 border-t border-line pt-1.5 font-medium' : 'flex justify-between gap-4'
    }
  >
    <dt>{label}</dt>
    <dd>
      <Money minor={minor} currency={currency} />
    </dd>
  </div>
)
