import { formatMoney } from '#platform/i18n.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { SubmitButton } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Field, Select } from '../ui/field.tsx'
import type { FormState } from '../ui/form-state.ts'
import { ActionForm } from '../ui/form.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import type { CreditRow } from './credit-page.tsx'
import { InvoiceTitle } from './invoice-title.tsx'

/** Credit to be bought: how much, and the way to the page where it is paid. */
export function TopUpCard({
  currencies,
  refused,
}: {
  currencies: readonly { currency: string; least: bigint; most: bigint }[]
  refused: FormState | undefined
}) {
  const words = useMessages(portalMoneyMessages).credit
  const locale = useLocale()
  const [first] = currencies
  if (!first) return null
  const money = (minor: bigint): string => formatMoney(minor, first.currency, locale)
  return (
    <Card title={words.topUp} text={words.topUpText(money(first.least), money(first.most))}>
      <ActionForm
        id="top-up"
        state={refused}
        summary={false}
        labels={{ amount: words.amount, currency: words.currency }}
        className="max-w-form"
      >
        <div className="flex flex-wrap items-start gap-4">
          <Field name="amount" inputMode="decimal" autoComplete="off" required initial="50" className="w-36" />
          {currencies.length > 1 ? (
            <Select
              name="currency"
              initial={first.currency}
              options={currencies.map(({ currency }) => ({ value: currency, label: currency }))}
            />
          ) : (
            <input type="hidden" name="currency" value={first.currency} />
          )}
        </div>
        <div>
          <SubmitButton>{words.go}</SubmitButton>
        </div>
        <p className="text-sm text-muted">{words.note}</p>
      </ActionForm>
    </Card>
  )
}

/** What came and what went, the newest first. */
export function CreditHistory({ rows, next }: { rows: readonly CreditRow[]; next: string | undefined }) {
  const words = useMessages(portalMoneyMessages).credit
  const locale = useLocale()
  const columns: Column<CreditRow>[] = [
    { key: 'what', header: words.what, grow: true, cell: (row) => words.kinds[row.kind] },
    {
      key: 'invoice',
      header: words.invoice,
      cell: (row) =>
        row.invoiceId !== null && (
          <a href={paths.invoice(row.invoiceId)} className="link">
            <InvoiceTitle invoice={{ id: row.invoiceId, number: row.invoiceNumber }} />
          </a>
        ),
    },
    { key: 'day', header: words.day, cell: (row) => <Time at={row.at} format="date" /> },
    {
      key: 'change',
      header: words.change,
      align: 'right',
      cell: (row) => (
        <span>
          <Money minor={row.amountMinor} currency={row.currency} />
          {row.remainingMinor !== null && row.remainingMinor > 0n && (
            <span className="block text-sm text-muted">
              {words.left(formatMoney(row.remainingMinor, row.currency, locale))}
            </span>
          )}
        </span>
      ),
    },
  ]
  return (
    <DataTable
      label={words.history}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      next={next}
      empty={<EmptyState title={words.empty} text={words.emptyText} />}
    />
  )
}
