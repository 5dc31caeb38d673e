import { formatNumber } from '#platform/i18n.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { Card } from '../ui/card.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import type { LoadedInvoice } from './invoice-page.tsx'
import { Day } from './parts.tsx'

/** What a document asks money for, line by line, its taxes and its total. */
export function InvoiceLines({ invoice, lines, taxes }: Pick<LoadedInvoice, 'invoice' | 'lines' | 'taxes'>) {
  const words = useMessages(staffObjectsMessages).invoices
  const common = useMessages(staffMessages)
  const locale = useLocale()
  const { currency } = invoice
  const sums = [
    [words.subtotal, invoice.subtotalMinor],
    ...taxes.map((tax) => [`${tax.name} ${formatNumber(tax.basisPoints / 100, locale)} %`, tax.taxMinor] as const),
    [common.total, invoice.totalMinor],
  ] as const
  return (
    <Card title={words.lines} flush>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-table">
          <thead>
            <tr className="border-b border-line text-muted [&>th]:px-5 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">{words.description}</th>
              <th scope="col" className="text-right">
                {words.quantity}
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                {words.unit}
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                {words.tax}
              </th>
              <th scope="col" className="text-right">
                {words.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id} className="border-b border-line [&>td]:px-5 [&>td]:py-2 [&>td]:align-top">
                <td>
                  {line.description}
                  {line.discounts.map((discount) => (
                    <span key={discount.name} className="block text-muted">
                      {words.discount(discount.name)} <Money minor={-discount.offMinor} currency={currency} />
                    </span>
                  ))}
                  {line.period && (
                    <span className="block text-muted">
                      <Day at={line.period.from} /> – <Day at={line.period.to} />
                    </span>
                  )}
                </td>
                <td className="text-right tabular">{line.quantity}</td>
                <td className="text-right max-sm:hidden">
                  <Money minor={line.unitMinor} currency={currency} />
                </td>
                <td className="text-right tabular max-sm:hidden">
                  {formatNumber(line.taxBasisPoints / 100, locale)} %
                </td>
                <td className="text-right">
                  <Money minor={line.amountMinor} currency={currency} />
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {sums.map(([label, minor], index) => (
              <tr
                key={label}
                className={
                  index === sums.length - 1
                    ? 'border-t border-line [&>*]:font-semibold'
                    : 'text-muted [&>*]:font-normal'
                }
              >
                <th scope="row" colSpan={2} className="px-5 py-1.5 text-right sm:hidden">
                  {label}
                </th>
                <th scope="row" colSpan={4} className="px-5 py-1.5 text-right max-sm:hidden">
                  {label}
                </th>
                <td className="px-5 py-1.5 text-right">
                  <Money minor={minor} currency={currency} />
                </td>
              </tr>
            ))}
          </tfoot>
        </table>
      </div>
      {invoice.note !== null && (
        <p className="border-t border-line px-5 py-3 break-words whitespace-pre-line">{invoice.note}</p>
      )}
      {taxes.map(
        (tax) =>
          tax.note !== null && (
            <p key={tax.name} className="border-t border-line px-5 py-3 text-muted">
              {tax.note}
            </p>
          ),
      )}
    </Card>
  )
}
