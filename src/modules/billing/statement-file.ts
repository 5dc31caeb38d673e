import type { TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { csvLine } from '#platform/csv.ts'
import { formatDate, formatMoney, type Locale } from '#platform/i18n.ts'
import { toDecimal } from '#platform/money.ts'
import { printPdf } from './print-pdf.ts'
import { balanceOf, type Statement, STATEMENT_KINDS } from './read-statement.ts'
import { nameMovement, statementWords } from './statement-words.ts'

const MUTED = '#575e68'
const right = (text: string, bold = false): TableCell => ({ text, alignment: 'right', bold })

/** An account statement as an A4 document in a language; days are of the seller's time zone. */
export const renderStatementPdf = (statement: Statement, locale: Locale): Promise<Uint8Array> =>
  printPdf(statementDocument(statement, locale))

/** The same as a page description, for whoever wants to read what it says. */
export function statementDocument(statement: Statement, locale: Locale): TDocumentDefinitions {
  const words = statementWords[locale]
  const { currency, timeZone, opening, closing, customerName } = statement
  const money = (minor: bigint): string => formatMoney(minor, currency, locale)
  const day = (date: Temporal.PlainDate): string => formatDate(`${date.toString()}T12:00:00Z`, locale)
  const span = `${day(statement.from)} – ${day(statement.until.subtract({ days: 1 }))}`
  const sums = STATEMENT_KINDS.filter((kind) => statement.sums[kind] !== 0n)
  const summary: [string, string][] = [
    [words.opening, money(balanceOf(opening))],
    ...sums.map((kind): [string, string] => [words.kinds[kind], money(statement.sums[kind])]),
    [words.closing, money(balanceOf(closing))],
    ...(closing.creditMinor > 0n ? [[words.ofWhichCredit, money(-closing.creditMinor)] as [string, string]] : []),
  ]
  return {
    pageSize: 'A4',
    pageMargins: [56, 56, 56, 60],
    defaultStyle: { font: 'Roboto', fontSize: 9.5, lineHeight: 1.3, color: '#161b22' },
    info: { title: words.title },
    language: locale,
    content: [
      { text: words.title, fontSize: 20, bold: true },
      { text: `${customerName} · ${span} · ${currency}`, color: MUTED, margin: [0, 2, 0, 16] },
      {
        table: { widths: ['auto', 'auto'], body: summary.map(([label, value]) => [label, right(value)]) },
        layout: 'lightHorizontalLines',
        margin: [0, 0, 0, 18],
      },
      {
        table: {
          headerRows: 1,
          widths: ['auto', '*', 'auto', 'auto'],
          body: [
            [
              { text: words.day, color: MUTED },
              { text: words.what, color: MUTED },
              right(words.amount),
              right(words.balance),
            ],
            ...statement.rows.map((row): TableCell[] => [
              formatDate(row.at.toString(), locale, timeZone),
              nameMovement(row, locale),
              right(money(row.amountMinor)),
              right(money(row.balanceMinor)),
            ]),
          ],
        },
        layout: 'lightHorizontalLines',
      },
      { text: statement.rows.length === 0 ? words.empty : words.note, color: MUTED, margin: [0, 12, 0, 0] },
    ],
    footer: (page, pages) => ({
      text: words.page(page, pages),
      alignment: 'right',
      color: MUTED,
      fontSize: 8,
      margin: [56, 20, 56, 0],
    }),
  }
}

/** An account statement for a spreadsheet: opening, every movement, closing. Amounts are decimals, instants UTC. */
export function renderStatementCsv(statement: Statement, locale: Locale): string {
  const words = statementWords[locale]
  const { currency } = statement
  const decimal = (minor: bigint) => ({ decimal: toDecimal(minor, currency) })
  const edge = (date: Temporal.PlainDate, label: string, balance: bigint): string =>
    csvLine([date.toString(), label, currency, null, null, decimal(balance), null])
  return [
    `\uFEFF${csvLine([words.day, words.what, 'Currency', words.amount, words.kinds.credit, words.balance, 'Id'])}`,
    edge(statement.from, words.opening, balanceOf(statement.opening)),
    ...statement.rows.map((row) =>
      csvLine([
        row.at.toString(),
        nameMovement(row, locale),
        currency,
        decimal(row.amountMinor),
        decimal(row.creditMinor),
        decimal(row.balanceMinor),
        row.id,
      ]),
    ),
    edge(statement.until.subtract({ days: 1 }), words.closing, balanceOf(statement.closing)),
  ].join('')
}
