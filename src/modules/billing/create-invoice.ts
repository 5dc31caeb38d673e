import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Customer, requireBillingDetails } from '#modules/accounts/customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCredit, creditToUse } from './apply-credit.ts'
import { lockInvoice } from './billing-queries.ts'
import { firstStepDay, stepsFor } from './dunning-policy.ts'
import type { Invoice } from './invoice.ts'
import { issueInvoice } from './issue-invoice.ts'
import { amountOf, findManualIssues, type ManualInvoice } from './manual-invoice.ts'
import { numberInvoices } from './number-invoices.ts'
import { type LegalEntity, sellerAt } from './seller.ts'
import { type TaxBuyer, taxDocument, type TaxedAmounts, type TaxTreatment } from './tax.ts'
import { taxBuyerOf } from './tax-buyer.ts'

export type CreateInvoiceInput = ManualInvoice & {
  /** Whether the customer is written to. */
  mail: boolean
  /** What was shown as its total; another one is refused. */
  totalMinor?: bigint | undefined
  /** Of one form or request: sent again, it gives the first document. */
  idempotencyKey: string
}

/** What a document will come to, in minor units, and what of it credit pays at once. */
export type InvoicePreview = TaxedAmounts & { reverseCharge: boolean; creditMinor: bigint }

/**
 * Staff: writes a document of their own. It is open and asks to be paid by the end of its day in the seller's time zone, is reminded
 * of and charged as any other, and ends no service, since it is for none. The customer's credit pays first. Throws
 * `customer_not_found`, `customer_closed`, `billing_details_missing`, `invoice_invalid`, `invoice_total_changed`,
 * `seller_not_set_up`.
 */
export async function createInvoice(app: App, actor: Actor, input: CreateInvoiceInput): Promise<Invoice> {
  requirePermission(actor, 'invoice.create')
  return app.transaction(actor, async (tx) => {
    const buyer = await lockBuyer(tx, input.customerId)
    const made = await tx.db
      .selectFrom('invoices')
      .selectAll()
      .where('customerId', '=', input.customerId)
      .where('idempotencyKey', '=', input.idempotencyKey)
      .executeTakeFirst()
    if (made) return made
    requireBillable(buyer)
    const priced = await price(app, tx.db, buyer, input, tx.now)
    if (input.totalMinor !== undefined && input.totalMinor !== priced.taxed.totalMinor)
      throw new Problem(
        'conflict',
        'invoice_total_changed',
        'The total is another one now. Please look at it once more.',
      )
    return save(app, tx, buyer, priced, input)
  })
}

/** Staff: what such a document would come to now; nothing is saved. Throws what createInvoice does. */
export async function previewInvoice(app: App, actor: Actor, input: ManualInvoice): Promise<InvoicePreview> {
  requirePermission(actor, 'invoice.create')
  const buyer = await readBuyer(app.db, input.customerId)
  requireBillable(buyer)
  const { taxed, treatment } = await price(app, app.db, buyer, input, app.clock.now())
  const { rows } = await sql<{ left: bigint }>`
    select coalesce(sum(remaining_minor), 0)::bigint as left from credit_grants
    where customer_id = ${buyer.id} and currency = ${input.currency}`.execute(app.db)
  const { left } = rows[0]!
  return {
    ...taxed,
    reverseCharge: treatment.reverseCharge,
    creditMinor: creditToUse({
      open: taxed.totalMinor,
      credit: left,
      least: app.paymentGateway.leastMinor(input.currency),
    }),
  }
}

/**
 * Staff: what a document of a customer may say. Currencies are ISO 4217, theirs first, then those something is sold in; days are of
 * the seller's time zone. Throws `seller_not_set_up`.
 */
export async function readBillable(app: App, actor: Actor, customerId: string) {
  requirePermission(actor, 'invoice.create')
  const buyer = await readBuyer(app.db, customerId)
  const now = app.clock.now()
  const [{ entity }, currencies] = await Promise.all([
    sellerAt(app, app.db, buyer.version, buyer.taxBuyer, now),
    readCurrencies(app.db, customerId),
  ])
  return {
    currencies,
    pricesIncludeTax: entity.pricesIncludeTax,
    today: now.toZonedDateTimeISO(entity.timeZone).toPlainDate(),
  }
}

async function readCurrencies(db: App['db'], customerId: string): Promise<string[]> {
  const { rows } = await sql<{ currency: string }>`
    select c.currency from (select currency from customers where id = ${customerId}
      union select currency from subscriptions where customer_id = ${customerId}
      union select p.currency from prices p where p.active and not exists (select from currencies k where k.code = p.currency and not k.sold)) c
      left join customers own on own.id = ${customerId}
    order by c.currency <> own.currency, c.currency`.execute(db)
  return rows.map(({ currency }) => currency)
}

type Buyer = Customer & { version: bigint; taxBuyer: TaxBuyer }
type Priced = { seller: LegalEntity; treatment: TaxTreatment; taxed: TaxedAmounts }

const BUYER = (customerId: string) => sql<Buyer>`
  select c.*, ${taxBuyerOf('c')} as tax_buyer, ${offerVersion} as version from customers c where c.id = ${customerId}`

async function readBuyer(db: App['db'], customerId: string): Promise<Buyer> {
  const { rows } = await BUYER(customerId).execute(db)
  if (!rows[0]) throw new Problem('not_found', 'customer_not_found', 'There is no such customer.')
  return rows[0]
}

async function lockBuyer(tx: Tx, customerId: string): Promise<Buyer> {
  await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
  return readBuyer(tx.db, customerId)
}

function requireBillable(buyer: Buyer): void {
  if (buyer.closedAt) throw new Problem('conflict', 'customer_closed', 'This account is closed.')
  requireBillingDetails(buyer)
}

/** By the same taxes as every other document. */
async function price(
  app: App,
  db: App['db'],
  buyer: Buyer,
  input: ManualInvoice,
  now: Temporal.Instant,
): Promise<Priced> {
  const { entity: seller, treatment } = await sellerAt(app, db, buyer.version, buyer.taxBuyer, now)
  const issues = findManualIssues(input, now.toZonedDateTimeISO(seller.timeZone).toPlainDate())
  if (!(await readCurrencies(db, buyer.id)).includes(input.currency))
    issues.push({ path: 'currency', message: 'Nothing is sold in this currency.' })
  if (issues.length > 0) throw new Problem('invalid', 'invoice_invalid', 'Please correct what is marked.', { issues })
  return { seller, treatment, taxed: taxDocument(input.lines.map(amountOf), treatment, seller.pricesIncludeTax) }
}

async function save(
  app: App,
  tx: Tx,
  buyer: Buyer,
  { seller, treatment }: Priced,
  input: CreateInvoiceInput,
): Promise<Invoice> {
  const steps = await tx.db.selectFrom('dunningSteps').selectAll().where('legalEntityId', '=', seller.id).execute()
  const first = firstStepDay(stepsFor(steps, 'manual'))
  const reason = input.reason.trim()
  const id = await issueInvoice(tx, {
    customer: buyer,
    seller,
    treatment,
    currency: input.currency,
    lines: input.lines.map((line) => ({
      kind: 'manual',
      description: line.description.trim(),
      quantity: line.quantity,
      amountMinor: amountOf(line),
      reasons: { byHand: { reason } },
    })),
    dueAt: input.dueOn.toZonedDateTime({ timeZone: seller.timeZone, plainTime: '23:59:59' }).toInstant(),
    purpose: 'manual',
    byHand: {
      note: input.note?.trim() ?? null,
      idempotencyKey: input.idempotencyKey,
      nextDunningOn: first === null ? null : input.dueOn.add({ days: first }),
    },
  })
  await applyCredit(tx, await lockInvoice(tx, id), app.paymentGateway)
  const made = await lockInvoice(tx, id)
  // One that credit paid whole asks for nothing: its receipt tells.
  await tx.emit('invoice.written_by_hand', id, {
    customerId: buyer.id,
    after: { reason, lines: input.lines.length, mail: input.mail && made.state === 'open' },
  })
  await tx.enqueue(numberInvoices, {})
  return made
}
