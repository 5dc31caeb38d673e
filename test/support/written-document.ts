import type { Invoice, InvoiceLine, InvoiceTax, Party } from '#modules/billing/invoice.ts'
import { taxDocument } from '#modules/billing/tax.ts'

/** Half past midnight of the next day in Berlin. */
export const at = Temporal.Instant.from('2027-01-31T23:30:00Z')

export const seller: Party = {
  name: 'EZ Solutions Demo GmbH',
  company: null,
  address: 'Musterstraße 1\n10115 Berlin',
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@ez.localhost',
}
export const buyer: Party = {
  name: 'Ada Lovelace',
  company: 'Engines <& Sons>',
  address: 'Hauptstraße 1\nHinterhof\n1010 Wien',
  country: 'AT',
  vatId: 'ATU12345678',
  email: 'ada@example.com',
}

/** Lines of one rate. */
export type Part = { rate: number; items: { amount: bigint; quantity: number }[] }

/** A document as issueInvoice would make it, of several rates: each taxed once over its sum. */
export function documentOf(parts: Part[], overrides: Partial<Invoice> = {}, included = true) {
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
    note: null,
    idempotencyKey: null,
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
  return { invoice, lines: placed, taxes: [] as InvoiceTax[] }
}
