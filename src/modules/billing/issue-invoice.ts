import type { Customer } from '#modules/accounts/customer.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice, InvoiceLine, Party } from './invoice.ts'
import { type LegalEntity, sellerParty } from './seller.ts'
import { taxDocument, type TaxRule } from './tax.ts'

/** `amountMinor` is as priced: with or without tax, as the seller's setting says. */
export type NewLine = { kind: InvoiceLine['kind']; description: string; quantity: number; amountMinor: bigint }

/** Makes an open invoice without a number (a pro forma) and asks for its payment by `dueAt`. */
export async function issueInvoice(
  tx: Tx,
  input: {
    customer: Customer
    seller: LegalEntity
    rule: TaxRule
    currency: string
    lines: NewLine[]
    dueAt: Temporal.Instant
  },
): Promise<Invoice> {
  const { customer, seller, rule } = input
  const taxed = taxDocument(
    input.lines.map((line) => line.amountMinor),
    rule.rateBasisPoints,
    seller.pricesIncludeTax,
  )
  const id = newId('inv')
  const invoice = await tx.db
    .insertInto('invoices')
    .values({
      id,
      customerId: customer.id,
      legalEntityId: seller.id,
      state: 'open',
      currency: input.currency,
      subtotalMinor: taxed.subtotalMinor,
      taxMinor: taxed.taxMinor,
      totalMinor: taxed.totalMinor,
      paidMinor: 0n,
      seller: JSON.stringify(sellerParty(seller)),
      buyer: JSON.stringify(buyerParty(customer)),
      locale: customer.locale,
      dueAt: input.dueAt,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('invoiceLines')
    .values(
      input.lines.map((line, position) => ({
        id: newId('inl'),
        invoiceId: id,
        position,
        kind: line.kind,
        description: line.description,
        quantity: line.quantity,
        unitMinor: taxed.net[position]! / BigInt(line.quantity),
        amountMinor: taxed.net[position]!,
        taxBasisPoints: rule.rateBasisPoints,
        taxMinor: taxed.tax[position]!,
      })),
    )
    .execute()
  await tx.emit('invoice.open', id, {
    customerId: customer.id,
    after: { totalMinor: taxed.totalMinor, currency: input.currency },
  })
  return invoice
}

function buyerParty(customer: Customer): Party {
  const place = [customer.postalCode, customer.city].filter(Boolean).join(' ')
  return {
    name: customer.name,
    company: customer.company,
    address: [customer.addressLine1, customer.addressLine2, place].filter(Boolean).join('\n'),
    country: customer.country,
    vatId: customer.vatId,
    email: customer.email,
  }
}
