import type { Content, CustomTableLayout, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import { formatDate, formatMoney, formatNumber } from '#platform/i18n.ts'
import { discountsOf } from './discount.ts'
import { formatInvoiceTitle } from './invoice-title.ts'
import { type InvoiceWords, invoiceWords } from './invoice-words.ts'
import { documentTaxes, type ToldTax } from './document-taxes.ts'
import type { TransferDetails } from './transfer.ts'
import { transferReference } from './transfer-reference.ts'
import { transferTable } from './transfer-table.ts'
import { type Invoice, type InvoiceLine, type InvoiceTax, isProForma, type Party } from './invoice.ts'

const INK = '#161b22'
const MUTED = '#575e68'
const LINE = '#dde0e3'
const BRAND = '#1c65c8'
const STAMPS = { paid: '#036a34', void: '#b7191c' }

/** What a page needs to speak: the document, its words, and how it writes money and dates. */
type Print = {
  invoice: Invoice
  lines: InvoiceLine[]
  taxes: ToldTax[]
  seller: Party
  buyer: Party
  words: InvoiceWords
  money: (minor: bigint) => string
  /** In the seller's time zone. */
  date: (at: Temporal.Instant) => string
  day: (date: Temporal.PlainDate) => string
  percent: (basisPoints: number) => string
  /** Set on a credit note. */
  correction: Correction | undefined
}

/** What makes a document a credit note: its own name, what it corrects and why, and its share of the taxes. */
export type Correction = { title: string; invoiceNumber: string; reason: string; taxes?: ToldTax[] }

/** An invoice, pro forma or credit note as an A4 page, in the buyer's language; dates are those of `timeZone`, the seller's. */
export function invoiceDocument(
  { invoice, lines, taxes }: { invoice: Invoice; lines: InvoiceLine[]; taxes: InvoiceTax[] },
  timeZone: string,
  { correction, transfer }: { correction?: Correction; transfer?: TransferDetails | undefined } = {},
): TDocumentDefinitions {
  const { locale, currency } = invoice
  const print: Print = {
    invoice,
    lines,
    taxes: correction?.taxes ?? documentTaxes({ lines, taxes }),
    seller: invoice.seller as Party,
    buyer: invoice.buyer as Party,
    words: invoiceWords[locale],
    money: (minor) => formatMoney(minor, currency, locale),
    date: (at) => formatDate(at.toString(), locale, timeZone),
    day: (date) => formatDate(`${date.toString()}T12:00:00Z`, locale),
    correction,
    percent: (basisPoints) => `${formatNumber(basisPoints / 100, locale)} %`,
  }
  const title = correction?.title ?? formatInvoiceTitle(invoice)
  const date = (invoice.issuedAt ?? invoice.createdAt).toString()
  return {
    pageSize: 'A4',
    pageMargins: [56, 56, 56, 84],
    defaultStyle: { font: 'Roboto', fontSize: 9.5, lineHeight: 1.3, color: INK },
    styles: {
      title: { fontSize: 20, bold: true, lineHeight: 1.1 },
      label: { fontSize: 8, color: MUTED },
      head: { fontSize: 8, color: MUTED },
      total: { fontSize: 12, bold: true },
    },
    info: { title, author: print.seller.name, subject: title, creationDate: new Date(date) },
    language: locale,
    content: [
      header(print, title),
      parties(print),
      lineTable(print),
      totals(print),
      ...(transfer ? [transferTable(transfer, print)] : []),
      taxTable(print),
      note(print),
    ],
    footer: (page, pages) => footer(print, page, pages),
  }
}

const header = ({ seller, invoice, words }: Print, title: string): Content => ({
  columns: [
    [
      { text: seller.name, fontSize: 13, bold: true, color: BRAND },
      { text: title, style: 'title', margin: [0, 18, 0, 0] },
    ],
    stampOf(invoice, words) ?? { text: '', width: 'auto' },
  ],
  margin: [0, 0, 0, 22],
})

/** The mark across the corner of a document that asks for nothing any more. */
function stampOf({ state }: Invoice, words: InvoiceWords): Content | undefined {
  if (state !== 'paid' && state !== 'void') return undefined
  const text = state === 'paid' ? words.paidStamp : words.voidStamp
  const color = STAMPS[state]
  const width = 44 + text.length * 13
  return {
    width: width + 12,
    margin: [0, 6, 0, 0],
    svg: `<svg width="${width + 12}" height="62" viewBox="0 0 ${width + 12} 62"><g transform="rotate(-7 ${width / 2} 31)">
      <rect x="6" y="13" width="${width}" height="36" rx="5" fill="none" stroke="${color}" stroke-width="2"/>
      <text x="${width / 2 + 6}" y="38" text-anchor="middle" font-family="Roboto" font-weight="bold" font-size="19" letter-spacing="1.5"
        fill="${color}">${text}</text></g></svg>`,
  }
}

function parties({ invoice, buyer, words, date, correction }: Print): Content {
  const countries = new Intl.DisplayNames(invoice.locale, { type: 'region' })
  const address = [
    buyer.company,
    buyer.name,
    ...buyer.address.split('\n'),
    buyer.country === null ? null : countries.of(buyer.country),
    buyer.vatId === null ? null : `${words.vatId} ${buyer.vatId}`,
  ].filter((line): line is string => Boolean(line))
  const issued: [string, string] =
    invoice.issuedAt === null ? [words.created, date(invoice.createdAt)] : [words.issued, date(invoice.issuedAt)]
  const corrected: [string, string][] = correction
    ? [[words.creditNoteNumber, invoice.number ?? '–'], issued, [words.corrects, correction.invoiceNumber]]
    : []
  const facts: [string, string][] = correction
    ? corrected
    : [
        isProForma(invoice) ? [words.reference, transferReference(invoice)] : [words.number, invoice.number ?? ''],
        issued,
        invoice.paidAt === null ? [words.due, date(invoice.dueAt)] : [words.paidOn, date(invoice.paidAt)],
      ]
  return {
    columns: [
      [
        { text: correction ? words.buyerOf : words.billTo, style: 'label' },
        ...address.map((text): Content => ({ text })),
      ],
      {
        width: 'auto',
        table: {
          body: facts.map(([label, value]) => [
            { text: label, color: MUTED },
            { text: value, alignment: 'right', bold: true },
          ]),
        },
        layout: 'noBorders',
      },
    ],
    columnGap: 24,
    margin: [0, 0, 0, 26],
  }
}

const rules: CustomTableLayout = {
  hLineWidth: (row, { table }) => (row === 0 || row > table.body.length ? 0 : 0.75),
  vLineWidth: () => 0,
  hLineColor: () => LINE,
  paddingTop: () => 6,
  paddingBottom: () => 5,
  paddingLeft: (column) => (column === 0 ? 0 : 8),
  paddingRight: (column, { table }) => (column === (table.widths?.length ?? 0) - 1 ? 0 : 8),
}

const right = (text: string, style?: string): TableCell => ({ text, alignment: 'right', ...(style ? { style } : {}) })

function lineTable({ lines, words, money, day }: Print): Content {
  const rows = lines.map((line): TableCell[] => [
    {
      stack: [
        line.description,
        ...(line.periodStart && line.periodEnd
          ? [{ text: words.period(day(line.periodStart), day(line.periodEnd.subtract({ days: 1 }))), style: 'label' }]
          : []),
        ...discountsOf(line.reasons)
          .filter(({ off }) => off !== '0')
          .map(({ name, off }) => ({ text: words.discount(name, money(BigInt(off))), style: 'label' })),
      ],
    },
    right(String(line.quantity)),
    right(money(line.unitMinor)),
    right(money(line.amountMinor)),
  ])
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      widths: ['*', 'auto', 'auto', 'auto'],
      body: [
        [
          { text: words.description, style: 'head' },
          right(words.quantity, 'head'),
          right(words.unit, 'head'),
          right(words.amount, 'head'),
        ],
        ...rows,
      ],
    },
    layout: rules,
  }
}

function totals({ invoice, taxes, words, money, percent }: Print): Content {
  const left = invoice.totalMinor - invoice.paidMinor
  const rows: [string, string, boolean][] = [
    [words.net, money(invoice.subtotalMinor), false],
    ...taxes.map(({ name, basisPoints, taxMinor }): [string, string, boolean] => [
      words.taxLabel(name, percent(basisPoints)),
      money(taxMinor),
      false,
    ]),
    [words.total, money(invoice.totalMinor), true],
    ...(invoice.paidMinor > 0n
      ? [[words.alreadyPaid, money(invoice.paidMinor), false] as [string, string, boolean]]
      : []),
    ...(invoice.state === 'open' ? [[words.open, money(left), true] as [string, string, boolean]] : []),
  ]
  return {
    columns: [
      { text: '', width: '*' },
      {
        width: 250,
        table: {
          widths: ['*', 'auto'],
          body: rows.map(([label, amount, strong]) => [
            { text: label, ...(strong ? { style: 'total' } : { color: MUTED }) },
            right(amount, strong ? 'total' : undefined),
          ]),
        },
        layout: rules,
      },
    ],
    margin: [0, 12, 0, 24],
    unbreakable: true,
  }
}

const taxTable = ({ taxes, words, money, percent }: Print): Content => ({
  table: {
    widths: [90, 'auto', 'auto'],
    body: [
      [{ text: words.taxRate, style: 'head' }, right(words.taxedAmount, 'head'), right(words.taxAmount, 'head')],
      ...taxes.map(({ name, basisPoints, baseMinor, taxMinor }) => [
        words.taxLabel(name, percent(basisPoints)),
        right(money(baseMinor)),
        right(money(taxMinor)),
      ]),
    ],
  },
  layout: rules,
  margin: [0, 0, 0, 20],
})

/** What staff wrote beside the lines, what the law wants said about the taxes, and what kind of document it is. */
const note = ({ invoice, seller, taxes, words, correction }: Print): Content => ({
  stack: [
    { text: correction ? '' : (invoice.note ?? ''), margin: [0, 0, 0, 8] },
    ...taxes.flatMap((tax): Content[] => (tax.note === null ? [] : [{ text: tax.note, margin: [0, 0, 0, 8] }])),
    { text: closing({ invoice, words, correction }), color: MUTED },
    { text: seller.footer?.[invoice.locale] ?? '', margin: [0, 8, 0, 0] },
  ],
})

/** What kind of document it is, in a sentence. */
function closing({ invoice, words, correction }: Pick<Print, 'invoice' | 'words' | 'correction'>): string {
  if (correction) return words.correction(correction.invoiceNumber, correction.reason)
  if (isProForma(invoice)) return invoice.totalMinor === 0n ? words.free : words.proForma
  return invoice.state === 'paid' ? words.thanks : ''
}

function footer({ seller, words }: Print, page: number, pages: number): Content {
  const parts = [
    seller.name,
    ...seller.address.split('\n'),
    seller.vatId && `${words.vatId} ${seller.vatId}`,
    seller.email,
  ]
  return {
    margin: [56, 14, 56, 0],
    stack: [
      { canvas: [{ type: 'line', x1: 0, y1: 0, x2: 483, y2: 0, lineWidth: 0.75, lineColor: LINE }] },
      {
        margin: [0, 8, 0, 0],
        fontSize: 8,
        color: MUTED,
        columns: [
          { text: parts.filter(Boolean).join(' · ') },
          { text: words.page(page, pages), alignment: 'right', width: 80 },
        ],
      },
    ],
  }
}
