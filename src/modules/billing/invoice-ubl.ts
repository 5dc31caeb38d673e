import { toDecimal } from '#platform/money.ts'
import { Problem } from '#platform/problem.ts'
import type { Invoice, InvoiceLine, Party } from './invoice.ts'

const INVOICE = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'
const AGGREGATE = 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'
const BASIC = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'
const EN_16931 = 'urn:cen.eu:en16931:2017'
/** UNTDID 1001: commercial invoice. */
const COMMERCIAL_INVOICE = '380'
/** UN/ECE recommendation 20: one. */
const PIECE = 'C62'
/** The electronic address scheme of a mail address. */
const EMAIL = 'EM'

/** An element with its content, which is text to be escaped or more elements; an empty string where it has none. */
type Xml = string
type Attributes = Record<string, string>

const escaped = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- These are the characters XML 1.0 forbids.
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const basic = (name: string, text: string | null | undefined, attributes: Attributes = {}): Xml =>
  text === null || text === undefined || text.trim() === ''
    ? ''
    : `<cbc:${name}${Object.entries(attributes)
        .map(([key, value]) => ` ${key}="${escaped(value)}"`)
        .join('')}>${escaped(text.trim())}</cbc:${name}>`

const aggregate = (name: string, ...content: Xml[]): Xml => {
  const inner = content.join('')
  return inner === '' ? '' : `<cac:${name}>${inner}</cac:${name}>`
}

/**
 * A numbered invoice as EN 16931 in the syntax of UBL 2.1: the document itself, for machines. Days are those of `timeZone`,
 * the seller's. Throws `invoice_not_electronic` for what the standard cannot hold: no number yet, no VAT number of the
 * seller, or a party without a country.
 */
export function invoiceUbl(
  { invoice, lines }: { invoice: Invoice; lines: readonly InvoiceLine[] },
  timeZone: string,
): string {
  const seller = invoice.seller as Party
  const buyer = invoice.buyer as Party
  if (invoice.number === null || invoice.issuedAt === null || !seller.vatId || !seller.country || !buyer.country)
    throw new Problem(
      'conflict',
      'invoice_not_electronic',
      'There is no electronic invoice of this: it needs a number, the VAT number of the seller, and the countries of both.',
    )
  const day = (at: Temporal.Instant): string => at.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  const money = moneyIn(invoice.currency)
  const content = [
    basic('CustomizationID', EN_16931),
    basic('ID', invoice.number),
    basic('IssueDate', day(invoice.issuedAt)),
    basic('DueDate', day(invoice.dueAt)),
    basic('InvoiceTypeCode', COMMERCIAL_INVOICE),
    basic('DocumentCurrencyCode', invoice.currency),
    aggregate('AccountingSupplierParty', partyOf(seller)),
    aggregate('AccountingCustomerParty', partyOf(buyer)),
    taxTotal(lines, money),
    aggregate(
      'LegalMonetaryTotal',
      money('LineExtensionAmount', invoice.subtotalMinor),
      money('TaxExclusiveAmount', invoice.subtotalMinor),
      money('TaxInclusiveAmount', invoice.totalMinor),
      money('PrepaidAmount', invoice.paidMinor),
      money('PayableAmount', invoice.totalMinor - invoice.paidMinor),
    ),
    ...lines.map((line) => lineOf(line, money)),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="${INVOICE}" xmlns:cac="${AGGREGATE}" xmlns:cbc="${BASIC}">${content.join('')}</Invoice>\n`
}

type MoneyElement = (name: string, minor: bigint) => Xml

const moneyIn =
  (currency: string): MoneyElement =>
  (name, minor) =>
    basic(name, toDecimal(minor, currency), { currencyID: currency })

function partyOf({ name, company, email, vatId, address, country }: Party): Xml {
  return aggregate(
    'Party',
    basic('EndpointID', email, { schemeID: EMAIL }),
    aggregate('PartyName', basic('Name', company ?? name)),
    addressOf(address, country),
    aggregate('PartyTaxScheme', vatId ? basic('CompanyID', vatId) + VAT : ''),
    aggregate('PartyLegalEntity', basic('RegistrationName', company ?? name)),
    aggregate('Contact', basic('Name', name), basic('ElectronicMail', email)),
  )
}

const VAT = aggregate('TaxScheme', basic('ID', 'VAT'))

/** The last line of an address is its place, mostly with a postal code before it; at most three stand before that. */
function addressOf(address: string, country: string | null): Xml {
  const lines = address
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const place = lines.length > 1 ? lines.pop()! : ''
  const [, zone, city] = /^(\S*\d\S*)\s+(.+)$/.exec(place) ?? [undefined, undefined, place]
  const [street, additional, ...others] = lines
  return aggregate(
    'PostalAddress',
    basic('StreetName', street),
    basic('AdditionalStreetName', additional),
    basic('CityName', city),
    basic('PostalZone', zone),
    aggregate('AddressLine', basic('Line', others.join(', '))),
    aggregate('Country', basic('IdentificationCode', country)),
  )
}

/** UNCL 5305: standard rate, or zero rated. */
const category = (name: 'TaxCategory' | 'ClassifiedTaxCategory', basisPoints: number): Xml =>
  aggregate(name, basic('ID', basisPoints > 0 ? 'S' : 'Z'), basic('Percent', percentOf(basisPoints)), VAT)

const percentOf = (basisPoints: number): string => toDecimal(BigInt(basisPoints), 'EUR')

/** Tax by rate: what the lines of each come to. */
function taxTotal(lines: readonly InvoiceLine[], money: MoneyElement): Xml {
  const rates = [...new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints))].toSorted((a, b) => a - b)
  const sum = (some: readonly InvoiceLine[], amount: (line: InvoiceLine) => bigint): bigint =>
    some.reduce((total, line) => total + amount(line), 0n)
  return aggregate(
    'TaxTotal',
    money(
      'TaxAmount',
      sum(lines, (line) => line.taxMinor),
    ),
    ...rates.map((rate) => {
      const ofRate = lines.filter((line) => line.taxBasisPoints === rate)
      return aggregate(
        'TaxSubtotal',
        money(
          'TaxableAmount',
          sum(ofRate, (line) => line.amountMinor),
        ),
        money(
          'TaxAmount',
          sum(ofRate, (line) => line.taxMinor),
        ),
        category('TaxCategory', rate),
      )
    }),
  )
}

/** A price is given for all pieces of a line, since that of a single one may not come out even. */
function lineOf(line: InvoiceLine, money: MoneyElement): Xml {
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
    'InvoiceLine',
    basic('ID', String(line.position + 1)),
    basic('InvoicedQuantity', quantity, { unitCode: PIECE }),
    money('LineExtensionAmount', line.amountMinor),
    period,
    aggregate('Item', basic('Name', line.description), category('ClassifiedTaxCategory', line.taxBasisPoints)),
    aggregate('Price', money('PriceAmount', line.amountMinor), basic('BaseQuantity', quantity, { unitCode: PIECE })),
  )
}
