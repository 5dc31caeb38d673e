import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elementsAt, readXml, textAt, type XmlElement } from '#test/support/read-xml.ts'
import { currencyExponent } from '#platform/money.ts'
import { invoiceUbl } from './invoice-ubl.ts'
import type { Invoice, InvoiceLine, Party } from './invoice.ts'
import { taxDocument } from './tax.ts'

const at = Temporal.Instant.from('2027-01-31T23:30:00Z')

const seller: Party = {
  name: 'EZ Solutions Demo GmbH',
  company: null,
  address: 'Musterstraße 1\n10115 Berlin',
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@ez.localhost',
}
const buyer: Party = {
  name: 'Ada Lovelace',
  company: 'Engines <& Sons>',
  address: 'Hauptstraße 1\nHinterhof\n1010 Wien',
  country: 'AT',
  vatId: 'ATU12345678',
  email: 'ada@example.com',
}

type Part = { rate: number; items: { amount: bigint; quantity: number }[] }

/** A document as issueInvoice would make it, of several rates: each taxed once over its sum. */
function documentOf(parts: Part[], overrides: Partial<Invoice> = {}, included = true) {
  const lines = parts.flatMap(({ rate, items }): InvoiceLine[] => {
    const taxed = taxDocument(
      items.map(({ amount }) => amount),
      {
        components: [{ name: 'VAT', rateBasisPoints: rate, compound: false, category: 'S' }],
        includedParts: rate * 10_000,
      },
      included,
    )
    return items.map(({ quantity }, index) => ({
      id: `inl_${index}`,
      invoiceId: 'inv_1',
      position: 0,
      kind: 'plan',
      description: 'VPS "Starter" <1>',
      quantity,
      unitMinor: taxed.net[index]! / BigInt(quantity),
      amountMinor: taxed.net[index]!,
      taxBasisPoints: rate,
      taxMinor: taxed.tax[index]!,
      subscriptionId: null,
      periodStart: Temporal.PlainDate.from('2027-02-01'),
      periodEnd: Temporal.PlainDate.from('2027-03-01'),
      discountMinor: 0n,
      cause: 'order',
      reasons: null,
      released: false,
      pricedMinor: null,
    }))
  })
  const placed = lines.map((line, position) => ({ ...line, position }))
  const sum = (amount: (line: InvoiceLine) => bigint): bigint =>
    placed.reduce((total, line) => total + amount(line), 0n)
  const subtotalMinor = sum((line) => line.amountMinor)
  const taxMinor = sum((line) => line.taxMinor)
  const invoice: Invoice = {
    id: 'inv_1',
    customerId: 'cus_1',
    legalEntityId: 'ent_1',
    state: 'paid',
    purpose: 'order',
    dueOn: Temporal.PlainDate.from('2027-02-01'),
    nextDunningOn: null,
    suspendHoldUntil: null,
    transferChosenAt: null,
    creditedMinor: 0n,
    series: 'EZ-2027',
    sequence: 7,
    number: 'EZ-2027-000007',
    issuedAt: at,
    contentHash: 'hash',
    currency: 'EUR',
    subtotalMinor,
    taxMinor,
    totalMinor: subtotalMinor + taxMinor,
    paidMinor: subtotalMinor + taxMinor,
    seller,
    buyer,
    locale: 'de',
    dueAt: at,
    paidAt: at,
    createdAt: at,
    updatedAt: at,
    ...overrides,
  }
  return { invoice, lines: placed }
}

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
