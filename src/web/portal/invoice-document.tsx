import type { ReactNode } from 'react'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { cx } from '../ui/cx.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { InvoiceView, LineView, PartyView } from './invoice-view.ts'
import { formatDay, formatRate } from './view.ts'

/** The document itself: who, to whom, for what, how much. */
export function InvoiceDocument({ invoice }: { invoice: InvoiceView }) {
  const words = useMessages(portalInvoiceMessages)
  return (
    <section className="rounded-card border border-line bg-surface">
      <div className="grid gap-6 px-5 py-5 sm:grid-cols-2 sm:px-7 sm:py-6">
        <PartyBlock label={words.from} party={invoice.seller} />
        <PartyBlock label={words.to} party={invoice.buyer} />
      </div>
      <table
        role="table"
        aria-label={words.lines}
        className="w-full border-collapse border-t border-line text-left max-sm:block"
      >
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row" className="border-b border-line text-sm text-muted">
            <HeaderCell>{words.description}</HeaderCell>
            <HeaderCell right>{words.quantity}</HeaderCell>
            <HeaderCell right>{words.unit}</HeaderCell>
            <HeaderCell right>{words.amount}</HeaderCell>
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {invoice.lines.map((line) => (
            <Line key={line.id} line={line} currency={invoice.currency} />
          ))}
        </tbody>
      </table>
      <Totals invoice={invoice} />
      {invoice.note !== null && (
        <p className="border-t border-line px-5 py-3.5 break-words whitespace-pre-line sm:px-7">{invoice.note}</p>
      )}
      {invoice.taxes.map(
        (tax) =>
          tax.note !== null && (
            <p key={tax.name} className="border-t border-line px-5 py-3.5 text-muted sm:px-7">
              {tax.note}
            </p>
          ),
      )}
    </section>
  )
}

function PartyBlock({ label, party }: { label: string; party: PartyView }) {
  const words = useMessages(portalInvoiceMessages)
  const [first, ...others] = party.names
  const lines = [...others, ...party.address, party.country, party.vatId && words.vatId(party.vatId)].filter(Boolean)
  return (
    <div className="min-w-0">
      <p className="text-sm text-muted">{label}</p>
      <p className="mt-1 font-medium break-words">{first}</p>
      {lines.map((line) => (
        <p key={line} className="break-words text-muted">
          {line}
        </p>
      ))}
    </div>
  )
}

const HeaderCell = ({ right = false, children }: { right?: boolean; children: ReactNode }) => (
  <th
    role="columnheader"
    scope="col"
    className={cx(
      'px-3 py-2.5 font-medium whitespace-nowrap first:pl-5 last:pr-5 sm:first:pl-7 sm:last:pr-7',
      right && 'text-right',
    )}
  >
    {children}
  </th>
)

/** On phones the figures stand under the description. */
function Line({ line, currency }: { line: LineView; currency: string }) {
  const words = useMessages(portalInvoiceMessages)
  const locale = useLocale()
  return (
    <tr
      role="row"
      className="border-b border-line align-top max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-4 max-sm:px-5 max-sm:py-3.5"
    >
      <td role="cell" className="w-full py-3 pr-3 pl-7 max-sm:col-span-2 max-sm:p-0">
        <p className="break-words">{line.description}</p>
        {line.period && (
          <p className="text-sm text-muted tabular">
            {formatDay(line.period.from, locale)} – {formatDay(line.period.to, locale)}
          </p>
        )}
        {line.discounts.map((discount) => (
          <p key={discount.name} className="text-sm break-words text-muted">
            {words.discount(discount.name)} <Money minor={-discount.offMinor} currency={currency} />
          </p>
        ))}
      </td>
      <td role="cell" className="px-3 py-3 text-right tabular max-sm:p-0 max-sm:text-left max-sm:text-muted">
        <span className="sm:hidden">
          {line.quantity} × <Money minor={line.unitMinor} currency={currency} />
        </span>
        <span className="max-sm:hidden">{line.quantity}</span>
      </td>
      <td role="cell" className="px-3 py-3 text-right max-sm:hidden">
        <Money minor={line.unitMinor} currency={currency} />
      </td>
      <td role="cell" className="py-3 pr-7 pl-3 text-right max-sm:p-0">
        <span className="sr-only sm:hidden">{words.amount}</span>
        <Money minor={line.amountMinor} currency={currency} />
      </td>
    </tr>
  )
}

function Totals({ invoice }: { invoice: InvoiceView }) {
  const words = useMessages(portalInvoiceMessages)
  const locale = useLocale()
  const { currency } = invoice
  const partly = invoice.payable && invoice.leftMinor !== invoice.totalMinor
  return (
    <dl className="ml-auto grid max-w-xs grid-cols-[1fr_auto] gap-y-1.5 px-5 py-5 sm:px-7">
      <dt className="text-muted">{words.subtotal}</dt>
      <dd className="pl-8 text-right">
        <Money minor={invoice.subtotalMinor} currency={currency} />
      </dd>
      {invoice.taxes.map((tax) => (
        <div key={tax.name} className="contents">
          <dt className="text-muted">{words.tax(tax.name, formatRate(tax.basisPoints, locale))}</dt>
          <dd className="pl-8 text-right">
            <Money minor={tax.taxMinor} currency={currency} />
          </dd>
        </div>
      ))}
      <dt className="border-t border-line pt-2 font-semibold">{words.total}</dt>
      <dd className="border-t border-line pt-2 pl-8 text-right font-semibold">
        <Money minor={invoice.totalMinor} currency={currency} />
      </dd>
      {partly && (
        <>
          <dt className="text-muted">{words.paidSoFar}</dt>
          <dd className="pl-8 text-right">
            <Money minor={invoice.totalMinor - invoice.leftMinor} currency={currency} />
          </dd>
          <dt className="font-medium">{words.left}</dt>
          <dd className="pl-8 text-right font-medium">
            <Money minor={invoice.leftMinor} currency={currency} />
          </dd>
        </>
      )}
    </dl>
  )
}
