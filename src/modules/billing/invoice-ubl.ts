import { Problem } from '#platform/problem.ts'
import type { CreditNote, CreditNoteLine } from './credit-note.ts'
import { correctedTaxes, documentTaxes } from './document-taxes.ts'
import type { Invoice, InvoiceLine, InvoiceTax, Party } from './invoice.ts'
import { aggregate, basic, moneyIn, type MoneyElement, partyOf, type Xml } from './ubl.ts'
import { isSubjectToVat, lineCategory, taxTotal } from './ubl-taxes.ts'

const SCHEMAS = 'urn:oasis:names:specification:ubl:schema:xsd'
const EN_16931 = 'urn:cen.eu:en16931:2017'
/** UNTDID 1001. */
const COMMERCIAL_INVOICE = '380'
const CREDIT_NOTE = '381'
/** UN/ECE recommendation 20: one. */
const PIECE = 'C62'

type Written = { invoice: Invoice; lines: readonly InvoiceLine[]; taxes: readonly InvoiceTax[] }

/**
 * A numbered invoice as EN 16931 in the syntax of UBL 2.1: the document itself, for machines. Days are those of `timeZone`,
 * the seller's. Throws `invoice_not_electronic` for what the standard cannot hold: no number yet, no VAT number of the
 * seller, or a party without a country.
 */
export function invoiceUbl({ invoice, lines, taxes: kept }: Written, timeZone: string): string {
  const { number, issuedOn, seller, buyer } = requireElectronic(invoice, timeZone)
  const money = moneyIn(invoice.currency)
  const taxes = documentTaxes({ lines, taxes: kept })
  const subject = isSubjectToVat(lines, taxes)
  return written(
    'Invoice',
    basic('CustomizationID', EN_16931),
    basic('ID', number),
    basic('IssueDate', issuedOn),
    basic('DueDate', dayOf(invoice.dueAt, timeZone)),
    basic('InvoiceTypeCode', COMMERCIAL_INVOICE),
    basic('Note', invoice.note),
    basic('DocumentCurrencyCode', invoice.currency),
    aggregate('AccountingSupplierParty', partyOf(seller, subject)),
    aggregate('AccountingCustomerParty', partyOf(buyer, subject)),
    taxTotal(lines, taxes, money),
    totalsOf(invoice, invoice.paidMinor, money),
    ...lines.map((line) =>
      lineOf(line, { name: 'Invoice', quantity: 'Invoiced', category: lineCategory(line, taxes) }, money),
    ),
  )
}

/**
 * A numbered credit note in the same standard, with the invoice it corrects. Taxes are the invoice's. Throws
 * `invoice_not_electronic` as invoiceUbl does.
 */
export function creditNoteUbl(
  {
    note,
    lines,
    invoice,
    taxes: kept,
    taxBeforeMinor,
  }: { note: CreditNote; lines: readonly CreditNoteLine[]; taxBeforeMinor: bigint } & Omit<Written, 'lines'>,
  timeZone: string,
): string {
  const { number, issuedOn, seller, buyer } = requireElectronic(note, timeZone)
  const corrected = requireElectronic(invoice, timeZone)
  const money = moneyIn(note.currency)
  const taxes = correctedTaxes({ note, lines, taxes: kept, taxBeforeMinor })
  const subject = isSubjectToVat(lines, taxes)
  return written(
    'CreditNote',
    basic('CustomizationID', EN_16931),
    basic('ID', number),
    basic('IssueDate', issuedOn),
    basic('CreditNoteTypeCode', CREDIT_NOTE),
    basic('Note', note.reason),
    basic('DocumentCurrencyCode', note.currency),
    aggregate(
      'BillingReference',
      aggregate('InvoiceDocumentReference', basic('ID', corrected.number), basic('IssueDate', corrected.issuedOn)),
    ),
    aggregate('AccountingSupplierParty', partyOf(seller, subject)),
    aggregate('AccountingCustomerParty', partyOf(buyer, subject)),
    taxTotal(lines, taxes, money),
    totalsOf(note, 0n, money),
    ...lines.map((line) =>
      lineOf(
        { ...line, quantity: 1, periodStart: null, periodEnd: null },
        { name: 'CreditNote', quantity: 'Credited', category: lineCategory(line, taxes) },
        money,
      ),
    ),
  )
}

const dayOf = (at: Temporal.Instant, timeZone: string): string =>
  at.toZonedDateTimeISO(timeZone).toPlainDate().toString()

function requireElectronic(
  document: Pick<Invoice, 'number' | 'issuedAt' | 'seller' | 'buyer'>,
  timeZone: string,
): { number: string; issuedOn: string; seller: Party; buyer: Party } {
  const { number, issuedAt } = document
  const seller = document.seller as Party
  const buyer = document.buyer as Party
  if (number === null || issuedAt === null || !seller.vatId || !seller.country || !buyer.country)
    throw new Problem(
      'conflict',
      'invoice_not_electronic',
      'There is no electronic invoice of this: it needs a number, the VAT number of the seller, and the countries of both.',
    )
  return { number, issuedOn: dayOf(issuedAt, timeZone), seller, buyer }
}

const written = (name: 'Invoice' | 'CreditNote', ...content: Xml[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${SCHEMAS}:${name}-2" xmlns:cac="${SCHEMAS}:CommonAggregateComponents-2" ` +
  `xmlns:cbc="${SCHEMAS}:CommonBasicComponents-2">${content.join('')}</${name}>\n`

const totalsOf = (
  { subtotalMinor, totalMinor }: Pick<Invoice, 'subtotalMinor' | 'totalMinor'>,
  paidMinor: bigint,
  money: MoneyElement,
): Xml =>
  aggregate(
    'LegalMonetaryTotal',
    money('LineExtensionAmount', subtotalMinor),
    money('TaxExclusiveAmount', subtotalMinor),
    money('TaxInclusiveAmount', totalMinor),
    money('PrepaidAmount', paidMinor),
    money('PayableAmount', totalMinor - paidMinor),
  )

type Line = Pick<InvoiceLine, 'position' | 'description' | 'quantity' | 'amountMinor' | 'periodStart' | 'periodEnd'>

/** A price is given for all pieces of a line, since that of a single one may not come out even. */
function lineOf(
  line: Line,
  words: { name: 'Invoice' | 'CreditNote'; quantity: 'Invoiced' | 'Credited'; category: Xml },
  money: MoneyElement,
): Xml {
  const quantity = String(line.quantity)
  const period =
    line.periodStart && line.periodEnd
      ? aggregate(
          'InvoicePeriod',
          basic('StartDate', line.periodStart.toString()),
          basic('EndDate', line.periodEnd.subtract({ days: 1 }).toString()),
        )
      : ''
  return aggregate(
    `${words.name}Line`,
    basic('ID', String(line.position + 1)),
    basic(`${words.quantity}Quantity`, quantity, { unitCode: PIECE }),
    money('LineExtensionAmount', line.amountMinor),
    period,
    aggregate('Item', basic('Name', line.description), words.category),
    aggregate('Price', money('PriceAmount', line.amountMinor), basic('BaseQuantity', quantity, { unitCode: PIECE })),
  )
}
