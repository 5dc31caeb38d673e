import type { Customer } from '#modules/accounts/customer.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice, InvoiceLine, Party } from './invoice.ts'
import { type LegalEntity, sellerParty } from './seller.ts'
import { invoiceWords } from './invoice-words.ts'
import { shownBasisPoints, taxDocument, type TaxedAmounts, type TaxTreatment } from './tax.ts'

/** `amountMinor` is as priced: with or without tax, as the seller's setting says. */
export type NewLine = {
  kind: InvoiceLine['kind']
  description: string
  quantity: number
  amountMinor: bigint
  /** What was taken off already. */
  discountMinor?: bigint
  /** How the amount came about, for whoever asks. */
  reasons?: object
}

const INSERT_INVOICE = `
  with invoice as (
    insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
      credited_minor, seller, buyer, locale, due_at, due_on, created_at, updated_at, transfer_chosen_at, note,
      idempotency_key, next_dunning_on)
    values ($1, $2, $3, 'open', $16, $4, $5, $6, $7, 0, 0, $8, $9, $10, $11, $17, $12, $12, $18, $19, $20, $21)
    returning id), taxes as (
    insert into invoice_taxes (invoice_id, position, name, category, rate_basis_points, finer_millionths, compound, base_minor, tax_minor, note)
    select invoice.id, t.position, t.name, t.category, t.rate_basis_points, t.finer_millionths, t.compound, t.base_minor, t.tax_minor, t.note
    from invoice, jsonb_to_recordset($15::jsonb) as t (position int, name text, category tax_category, rate_basis_points int, finer_millionths int, compound boolean,
      base_minor bigint, tax_minor bigint, note text))
  insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
    discount_minor, cause, reasons, released, priced_minor)
  select l.id, invoice.id, l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, $13, l.tax_minor,
    l.discount_minor, l.cause, l.reasons, false, l.priced_minor
  from invoice, jsonb_to_recordset($14::jsonb) as l (id text, position int, kind invoice_line_kind, description text, quantity int,
    unit_minor bigint, amount_minor bigint, tax_minor bigint, discount_minor bigint, cause text, reasons jsonb, priced_minor bigint)`

/** Makes an open invoice without a number (a pro forma) that asks for its payment by `dueAt`, and gives its id. */
export async function issueInvoice(
  tx: Tx,
  input: {
    customer: Customer
    seller: LegalEntity
    treatment: TaxTreatment
    currency: string
    lines: NewLine[]
    dueAt: Temporal.Instant
    purpose: Invoice['purpose']
    /** Whether the buyer has said that they will transfer the money. */
    byTransfer?: boolean
    /** What staff wrote beside the lines, by which key, and when dunning first looks at it. */
    byHand?: { note: string | null; idempotencyKey: string; nextDunningOn: Temporal.PlainDate | null }
  },
): Promise<string> {
  const { customer, seller, treatment, currency } = input
  const taxed = taxDocument(
    input.lines.map((line) => line.amountMinor),
    treatment,
    seller.pricesIncludeTax,
  )
  const id = newId('inv')
  const lines = input.lines.map((line, position) => lineRow(line, position, taxed, input.purpose))
  const taxes = taxed.taxes.map((tax, position) => ({
    position,
    name: tax.name,
    category: tax.category,
    rate_basis_points: tax.rateBasisPoints,
    finer_millionths: tax.finerMillionths ?? null,
    compound: tax.compound,
    base_minor: String(tax.baseMinor),
    tax_minor: String(tax.taxMinor),
    note: treatment.note ?? invoiceWords[customer.locale].taxNotes[tax.category],
  }))
  tx.along({
    sql: INSERT_INVOICE,
    parameters: [
      id,
      customer.id,
      seller.id,
      currency,
      taxed.subtotalMinor,
      taxed.taxMinor,
      taxed.totalMinor,
      JSON.stringify(sellerParty(seller)),
      JSON.stringify(buyerParty(customer)),
      customer.locale,
      input.dueAt,
      tx.now,
      shownBasisPoints(treatment),
      JSON.stringify(lines),
      JSON.stringify(taxes),
      input.purpose,
      input.dueAt.toZonedDateTimeISO(seller.timeZone).toPlainDate(),
      input.byTransfer ? tx.now : null,
      input.byHand?.note ?? null,
      input.byHand?.idempotencyKey ?? null,
      input.byHand?.nextDunningOn ?? null,
    ],
  })
  await tx.emit('invoice.open', id, { customerId: customer.id, after: { totalMinor: taxed.totalMinor, currency } })
  if (input.byTransfer)
    await tx.emit('invoice.transfer_chosen', id, { customerId: customer.id, after: { dueAt: input.dueAt.toString() } })
  return id
}

/** A line as the statement reads it; `unit_minor` is net, as documents print it. */
const lineRow = (line: NewLine, position: number, { net, tax }: TaxedAmounts, purpose: Invoice['purpose']) => ({
  id: newId('inl'),
  position,
  kind: line.kind,
  description: line.description,
  quantity: line.quantity,
  unit_minor: String(net[position]! / BigInt(line.quantity)),
  amount_minor: String(net[position]!),
  tax_minor: String(tax[position]!),
  discount_minor: String(line.discountMinor ?? 0n),
  priced_minor: String(line.amountMinor),
  cause: purpose,
  reasons: line.reasons ?? null,
})

/** Who buys, as a document says it. */
export function buyerParty(customer: Customer): Party {
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
