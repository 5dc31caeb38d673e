import { TAX_CATEGORIES } from '#modules/billing/add-tax-rule.ts'
import { rangeBefore, stepsOf } from '#modules/billing/reports/report-range.ts'
import {
  eachTaxDocument,
  NO_COUNTRY,
  readTax,
  type TaxFilter,
  type TaxGroup,
} from '#modules/billing/reports/tax-report.ts'
import type { Cell } from '#platform/cell.ts'
import { toDecimal } from '#platform/money.ts'
import { taxMessages } from '../messages/tax.ts'
import { reportsMessages } from '../messages/reports.ts'
import { paths } from '../paths.ts'
import type { ListUrl } from './list-url.ts'
import type { ReportFilter } from './report-url.ts'
import { byCurrency, changeOf, type ReportSection, type ReportView, stepCell, sumOf } from './report-view.ts'
import type { ReportScope } from './reports-read.ts'
import { countryName } from './view.ts'

/** Tax for filing; each row leads to the documents behind it. */
export async function taxView(scope: ReportScope, filter: ReportFilter): Promise<ReportView> {
  const words = reportsMessages[scope.locale]
  const groups = await readTax(scope.app, scope.actor, filter)
  const before = filter.compare
    ? await readTax(scope.app, scope.actor, { ...filter, range: rangeBefore(filter.range) })
    : []
  return {
    columns: [
      { key: 'start', header: words.period[filter.step], kind: 'day' },
      { key: 'country', header: words.country, kind: 'text' },
      { key: 'category', header: words.category, kind: 'text' },
      { key: 'name', header: words.taxName, kind: 'text' },
      { key: 'rate', header: words.rate, kind: 'percent' },
      { key: 'documents', header: words.documents, kind: 'count' },
      { key: 'net', header: words.net, kind: 'money' },
      { key: 'tax', header: words.tax, kind: 'money' },
    ],
    sections: byCurrency(groups).map(([currency, rows]) =>
      sectionOf(
        currency,
        rows,
        filter.compare ? before.filter((row) => row.currency === currency) : undefined,
        filter,
        scope,
      ),
    ),
  }
}

function sectionOf(
  currency: string,
  rows: TaxGroup[],
  before: TaxGroup[] | undefined,
  filter: ReportFilter,
  { locale }: ReportScope,
): ReportSection {
  const words = reportsMessages[locale]
  // Beside each other two taxes are charged on the same net.
  const nets = rows.filter(({ isFirst }) => isFirst)
  const [net, tax] = [sumOf(nets, (row) => row.netMinor), sumOf(rows, (row) => row.taxMinor)]
  const documents = nets.reduce((sum, row) => sum + row.documents, 0)
  const taxBefore = before && sumOf(before, (row) => row.taxMinor)
  const starts = stepsOf(filter.range, filter.step)
  return {
    currency,
    figures: [
      { label: words.net, value: net, kind: 'money' },
      { label: words.tax, value: tax, kind: 'money' },
      ...(taxBefore === undefined
        ? []
        : [
            { label: `${words.before} (${words.tax})`, value: taxBefore, kind: 'money' as const },
            { label: words.change, value: changeOf(tax, taxBefore), kind: 'change' as const },
          ]),
    ],
    charts: [
      {
        title: words.tax,
        labels: starts.map((start) => stepCell(start, filter.step, locale).text),
        series: [
          {
            name: words.tax,
            tone: 'main',
            values: starts.map((start) =>
              sumOf(
                rows.filter((row) => row.start.equals(start)),
                (row) => row.taxMinor,
              ),
            ),
          },
        ],
      },
    ],
    rows: rows.map((row) => ({
      key: [
        row.start.toString(),
        row.country,
        row.category,
        row.name,
        row.rateBasisPoints,
        row.componentRate,
        row.isFirst,
      ].join(' '),
      to: paths.staffTaxDocuments(searchOf(row, filter)),
      cells: [
        stepCell(row.start, filter.step, locale),
        row.country === null ? words.noCountry : countryName(row.country, locale),
        taxMessages[locale].categories[row.category],
        row.name,
        row.componentRate / 100,
        row.documents,
        row.netMinor,
        row.taxMinor,
      ],
    })),
    total: [words.total, null, null, null, null, documents, net, tax],
  }
}

/** The address of the documents behind a group: its step, as far as it lies in the range. */
function searchOf(row: TaxGroup, { range, step }: ReportFilter) {
  const length = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } }[step]
  const end = row.start.add(length).subtract({ days: 1 })
  return {
    from: (Temporal.PlainDate.compare(row.start, range.from) < 0 ? range.from : row.start).toString(),
    until: (Temporal.PlainDate.compare(end, range.until) > 0 ? range.until : end).toString(),
    currency: row.currency,
    country: row.country ?? NO_COUNTRY,
    rate: String(row.rateBasisPoints),
    category: row.category,
  }
}

/** What the address of the documents says beside days and currency. */
export function readTaxUrl(url: ListUrl, { range, currency }: ReportFilter): TaxFilter {
  const country = url.text('country')
  const rate = url.text('rate')
  return {
    range,
    currency,
    country: country !== undefined && /^([A-Z]{2}|none)$/.test(country) ? country : undefined,
    rateBasisPoints: rate !== undefined && /^\d{1,5}$/.test(rate) ? Number(rate) : undefined,
    category: url.one('category', TAX_CATEGORIES),
  }
}

/** The documents as rows of a file, one for each rate of each. */
export async function* documentCells(scope: ReportScope, filter: TaxFilter): AsyncGenerator<Cell[]> {
  const words = reportsMessages[scope.locale]
  for await (const document of eachTaxDocument(scope.app, scope.actor, filter))
    yield [
      words.kinds[document.kind],
      document.number,
      document.issuedAt.toZonedDateTimeISO(scope.timeZone).toPlainDate(),
      document.customerName,
      document.customerId,
      document.country,
      { decimal: (document.rateBasisPoints / 10_000).toFixed(4), percent: true },
      document.currency,
      { decimal: toDecimal(document.netMinor, document.currency) },
      { decimal: toDecimal(document.taxMinor, document.currency) },
    ]
}

/** The headings of these. */
export const documentHeader = (locale: ReportScope['locale']): string[] => {
  const words = reportsMessages[locale]
  const { kind, number, issued, customer, country, rate, currency, net, tax } = words
  return [kind, number, issued, customer, `${customer} (id)`, country, rate, currency, net, tax]
}
