import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, buyer, documentOf, type Part, seller } from '#test/support/written-document.ts'
import { elementsAt, readXml, textAt, type XmlElement } from '#test/support/read-xml.ts'
import { currencyExponent } from '#platform/money.ts'
import { creditNoteUbl, invoiceUbl } from './invoice-ubl.ts'
import type { CreditNote, CreditNoteLine } from './credit-note.ts'
import { invoiceWords } from './invoice-words.ts'
import type { Invoice, InvoiceTax } from './invoice.ts'

const starter: Part[] = [{ rate: 1_900, items: [{ amount: 900n, quantity: 1 }] }]
const read = (document: ReturnType<typeof documentOf>): XmlElement => readXml(invoiceUbl(document, 'Europe/Berlin'))

/** An amount back in minor units, its currency checked. */
function minorAt(element: XmlElement, path: string, currency: string): bigint {
  const [found] = elementsAt(element, path)
  assert.equal(found?.attributes['currencyID'], currency, path)
  const [whole = '', fraction = ''] = found.text.split('.')
  assert.equal(fraction.length, currencyExponent(currency), path)
  return BigInt(whole + fraction)
}

test('an invoice says what EN 16931 asks for, in the order UBL asks for', () => {
  const document = read(documentOf(starter))
  assert.equal(document.name, 'Invoice')
  assert.deepEqual(document.attributes, {
    xmlns: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2',
    'xmlns:cac': 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
    'xmlns:cbc': 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
  })
  assert.deepEqual(
    document.children.map(({ name }) => name),
    [
      'cbc:CustomizationID',
      'cbc:ID',
      'cbc:IssueDate',
      'cbc:DueDate',
      'cbc:InvoiceTypeCode',
      'cbc:DocumentCurrencyCode',
      'cac:AccountingSupplierParty',
      'cac:AccountingCustomerParty',
      'cac:TaxTotal',
      'cac:LegalMonetaryTotal',
      'cac:InvoiceLine',
    ],
  )
  const expected: [string, string][] = [
    ['cbc:CustomizationID', 'urn:cen.eu:en16931:2017'],
    ['cbc:ID', 'EZ-2027-000007'],
    // Half past midnight in Berlin.
    ['cbc:IssueDate', '2027-02-01'],
    ['cbc:InvoiceTypeCode', '380'],
    ['cbc:DocumentCurrencyCode', 'EUR'],
    ['cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName', seller.name],
    ['cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID', 'DE000000000'],
    ['cac:AccountingSupplierParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode', 'DE'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName', 'Engines <& Sons>'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cbc:StreetName', 'Hauptstraße 1'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cbc:AdditionalStreetName', 'Hinterhof'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cbc:CityName', 'Wien'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cbc:PostalZone', '1010'],
    ['cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cac:Country/cbc:IdentificationCode', 'AT'],
    ['cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID', 'S'],
    ['cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent', '19.00'],
    ['cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:ID', 'VAT'],
    ['cac:InvoiceLine/cbc:ID', '1'],
    ['cac:InvoiceLine/cac:InvoicePeriod/cbc:EndDate', '2027-02-28'],
    ['cac:InvoiceLine/cac:Item/cbc:Name', 'VPS "Starter" <1>'],
    ['cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent', '19.00'],
  ]
  for (const [path, text] of expected) assert.equal(textAt(document, path), text, path)
  assert.equal(elementsAt(document, 'cac:InvoiceLine/cbc:InvoicedQuantity')[0]?.attributes['unitCode'], 'C62')
})

const amounts = fc.record({
  amount: fc.bigInt({ min: 0n, max: 10_000_000n }),
  quantity: fc.integer({ min: 1, max: 50 }),
})
const parts = fc.uniqueArray(
  fc.record({
    rate: fc.constantFrom(0, 550, 700, 1_900, 2_000, 2_700),
    items: fc.array(amounts, { minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 4, selector: ({ rate }) => rate },
)

test('whatever is sold, the amounts obey the rules of EN 16931', () => {
  fc.assert(
    fc.property(parts, fc.constantFrom('EUR', 'USD', 'JPY'), fc.boolean(), (sold, currency, included) => {
      const document = read(documentOf(sold, { currency }, included))
      const minor = (path: string, from = document): bigint => minorAt(from, path, currency)
      const sum = (elements: XmlElement[], path: string): bigint =>
        elements.reduce((total, each) => total + minor(path, each), 0n)
      const lines = elementsAt(document, 'cac:InvoiceLine')
      const totals = 'cac:LegalMonetaryTotal/cbc:'
      const net = minor(`${totals}TaxExclusiveAmount`)
      const tax = minor('cac:TaxTotal/cbc:TaxAmount')
      assert.equal(minor(`${totals}LineExtensionAmount`), sum(lines, 'cbc:LineExtensionAmount'), 'BR-CO-10')
      assert.equal(net, minor(`${totals}LineExtensionAmount`), 'BR-CO-13: there are no allowances and charges')
      const groups = elementsAt(document, 'cac:TaxTotal/cac:TaxSubtotal')
      assert.equal(tax, sum(groups, 'cbc:TaxAmount'), 'BR-CO-14')
      assert.equal(minor(`${totals}TaxInclusiveAmount`), net + tax, 'BR-CO-15')
      assert.equal(
        minor(`${totals}PayableAmount`),
        minor(`${totals}TaxInclusiveAmount`) - minor(`${totals}PrepaidAmount`),
        'BR-CO-16',
      )
      assert.equal(groups.length, sold.length)
      for (const group of groups) {
        const rate = textAt(group, 'cac:TaxCategory/cbc:Percent')
        const ofRate = lines.filter((line) => textAt(line, 'cac:Item/cac:ClassifiedTaxCategory/cbc:Percent') === rate)
        assert.equal(minor('cbc:TaxableAmount', group), sum(ofRate, 'cbc:LineExtensionAmount'), 'BR-S-08')
        assert.equal(textAt(group, 'cac:TaxCategory/cbc:ID'), rate === '0.00' ? 'Z' : 'S', 'BR-S-05')
        // The tax of a group is its net times its rate; where prices hold tax, what was rounded away shows in the last digit.
        const off =
          minor('cbc:TaxableAmount', group) * BigInt(rate.replace('.', '')) - minor('cbc:TaxAmount', group) * 10_000n
        assert.ok(off <= 10_000n && off >= -10_000n, 'BR-CO-17')
      }
      for (const line of lines)
        assert.equal(
          minor('cac:Price/cbc:PriceAmount', line) * BigInt(textAt(line, 'cbc:InvoicedQuantity')),
          minor('cbc:LineExtensionAmount', line) * BigInt(textAt(line, 'cac:Price/cbc:BaseQuantity')),
          'a line is its price times its quantity',
        )
    }),
    { numRuns: 300 },
  )
})

test('what a buyer typed is text, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (typed) => {
      const document = read(documentOf(starter, { buyer: { ...buyer, company: `a${typed}z`, address: typed } }))
      const name = textAt(document, 'cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName')
      assert.ok(name.startsWith('a') && name.endsWith('z'))
    }),
    { numRuns: 300 },
  )
})

test('a pro forma, a seller without VAT number and a party without country make no electronic invoice', () => {
  const refused = { code: 'invoice_not_electronic' }
  const tries: Partial<Invoice>[] = [
    { number: null, issuedAt: null },
    { seller: { ...seller, vatId: null } },
    { seller: { ...seller, country: null } },
    { buyer: { ...buyer, country: null } },
  ]
  for (const overrides of tries)
    assert.throws(() => invoiceUbl(documentOf(starter, overrides), 'Europe/Berlin'), refused)
})

/** Category, rate, code of the reason, whether it is told in words, and whether VAT numbers may be named. */
const UNTAXED = [
  ['Z', '0.00', undefined, false, true],
  ['E', '0.00', undefined, true, true],
  ['AE', '0.00', 'VATEX-EU-AE', true, true],
  ['K', '0.00', 'VATEX-EU-IC', true, true],
  ['G', '0.00', 'VATEX-EU-G', true, true],
  ['O', undefined, 'VATEX-EU-O', true, false],
] as const

/** What documents of one category have to say, wherever they say it. */
function assertCategory(
  document: XmlElement,
  line: string,
  [code, rate, reason, told, named]: (typeof UNTAXED)[number],
) {
  const has = (path: string): string | undefined => elementsAt(document, path)[0]?.text
  const group = 'cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:'
  assert.deepEqual(
    [has(`${group}ID`), has(`${group}Percent`), has(`${group}TaxExemptionReasonCode`)],
    [code, rate, reason],
  )
  assert.equal(has(`${group}TaxExemptionReason`), told ? invoiceWords.de.taxNotes[code] : undefined)
  const ofLine = `${line}/cac:Item/cac:ClassifiedTaxCategory/cbc:`
  assert.deepEqual([has(`${ofLine}ID`), has(`${ofLine}Percent`)], [code, rate])
  const party = 'cac:AccountingSupplierParty/cac:Party/'
  assert.equal(has(`${party}cac:PartyTaxScheme/cbc:CompanyID`), named ? 'DE000000000' : undefined)
  // BR-CO-26: the seller can be told by something.
  assert.equal(has(`${party}cac:PartyIdentification/cbc:ID`), named ? undefined : 'DE000000000')
}

test('an invoice and its credit note say why no tax is charged, by code and in words', () => {
  for (const expected of UNTAXED) {
    const [category] = expected
    const untaxed = documentOf([{ rate: 0, items: [{ amount: 900n, quantity: 1 }] }])
    const { invoice, lines } = untaxed
    const tax = {
      invoiceId: invoice.id,
      position: 0,
      name: 'VAT',
      category,
      rateBasisPoints: 0,
      finerMillionths: null,
      compound: false,
    }
    const taxes: InvoiceTax[] = [{ ...tax, baseMinor: 900n, taxMinor: 0n, note: invoiceWords.de.taxNotes[category] }]
    assertCategory(read({ ...untaxed, taxes }), 'cac:InvoiceLine', expected)

    const { id, customerId, legalEntityId, currency, locale, createdAt } = invoice
    const note: CreditNote = {
      id: 'crn_1',
      invoiceId: id,
      customerId,
      legalEntityId,
      currency,
      locale,
      createdAt,
      seller,
      buyer,
      series: 'EZ-CN-2027',
      sequence: 1,
      number: 'EZ-CN-2027-000001',
      issuedAt: at,
      contentHash: 'hash',
      subtotalMinor: 300n,
      taxMinor: 0n,
      totalMinor: 300n,
      reason: 'Down <for> a day',
      changeId: null,
    }
    const part: CreditNoteLine = {
      id: 'cnl_1',
      creditNoteId: 'crn_1',
      invoiceLineId: lines[0]!.id,
      position: 0,
      description: 'VPS',
      amountMinor: 300n,
      taxBasisPoints: 0,
      taxMinor: 0n,
    }
    const written = readXml(creditNoteUbl({ note, lines: [part], invoice, taxes, taxBeforeMinor: 0n }, 'Europe/Berlin'))
    assertCategory(written, 'cac:CreditNoteLine', expected)
    const said: [string, string][] = [
      ['cbc:CreditNoteTypeCode', '381'],
      ['cbc:Note', 'Down <for> a day'],
      ['cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID', 'EZ-2027-000007'],
      ['cac:LegalMonetaryTotal/cbc:PayableAmount', '3.00'],
      ['cac:CreditNoteLine/cbc:CreditedQuantity', '1'],
    ]
    for (const [path, text] of said) assert.equal(textAt(written, path), text, path)
  }
})
