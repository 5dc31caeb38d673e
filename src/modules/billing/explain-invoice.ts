import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actorId } from '#platform/actor.ts'
import type { TaxCategory } from '#platform/schema.ts'
import { getInvoiceDetail, type InvoiceDetail } from './billing-queries.ts'
import type { Invoice, InvoiceLine, Party } from './invoice.ts'
import { discountsOf } from './discount.ts'
import { documentTaxes, type ToldTax } from './document-taxes.ts'
import { type ChangeExplained, explainChange } from './explain-change.ts'
import { daysBetween } from './prorate.ts'
import { invoiceWords } from './invoice-words.ts'

/** Who caused something, for whoever asks: they themselves, a colleague of theirs, one of us, or the clock. */
type Causer = { kind: 'you' | 'member' | 'staff' | 'system'; name: string | null }

/** What a coupon took off a line, and for how many renewals it still holds: null means all, undefined that none is known. */
type ExplainedDiscount = {
  name: string
  code: string | null
  offMinor: bigint
  cyclesLeft: number | null | undefined
}

/**
 * Why a line costs what it costs. Minor units; each sum can be done by hand: `listMinor` less credit and discounts is
 * `pricedMinor`, less the tax that was in the price is `netMinor`, and with its share of the tax that is `totalMinor`.
 */
type ExplainedLine = {
  id: string
  kind: InvoiceLine['kind']
  description: string
  subscriptionId: string | null
  /** `[start, end)` in days of the seller's time zone. */
  period: { start: Temporal.PlainDate; end: Temporal.PlainDate; days: number } | null
  quantity: number
  /** Of one piece; null where the line is no whole number of them. */
  unitMinor: bigint | null
  listMinor: bigint
  change: ChangeExplained | null
  /** What staff who wrote the line gave as the reason. */
  reason: string | null
  discounts: ExplainedDiscount[]
  pricedMinor: bigint
  taxInPriceMinor: bigint
  netMinor: bigint
  taxMinor: bigint
  totalMinor: bigint
  cause: string
}

/** A tax of the document: `baseMinor` times the rate is `taxMinor`, once for all lines. */
type ExplainedTax = ToldTax & {
  /** Where the rule comes from: the buyer's country, or the seller's where the buyer's has none or is not known. */
  country: string | null
  why: 'rule' | 'own_rate' | 'reverse_charge' | 'not_taxable'
}

/** What set a document off, and what else to look at. */
type InvoiceCause = {
  purpose: Invoice['purpose']
  at: Temporal.Instant
  by: Causer
  orderId: string | null
  changeId: string | null
}

export type InvoiceExplanation = {
  invoice: Invoice
  cause: InvoiceCause
  lines: ExplainedLine[]
  taxes: ExplainedTax[]
  /** What the registry said of the buyer's VAT number, where they owe the tax themselves. */
  evidence: { number: string; requestIdentifier: string | null; checkedAt: Temporal.Instant } | null
}

/**
 * Explains a document to whoever may see it: each line with its period, days, price, discounts and tax, and what caused it.
 * Everything is read from what was stored with the document. Throws `invoice_not_found`, also for another customer's.
 */
export async function explainInvoice(app: App, actor: Actor, invoiceId: string): Promise<InvoiceExplanation> {
  const detail = await getInvoiceDetail(app, actor, invoiceId)
  const { invoice, lines } = detail
  const [coupons, changes, cause, taxes, evidence] = await Promise.all([
    readCoupons(app, lines),
    readChanges(app, lines),
    readCause(app, actor, invoice),
    explainTaxes(app, detail),
    readEvidence(app, detail),
  ])
  return {
    invoice,
    cause,
    taxes,
    evidence,
    lines: lines.map((line) => explainLine(line, coupons, changes)),
  }
}

type CouponNow = { couponId: string; subscriptionId: string | null; code: string; cyclesLeft: number | null }
type ChangeRow = { id: string; detail: unknown; amountMinor: bigint }

function explainLine(
  line: InvoiceLine,
  coupons: readonly CouponNow[],
  changes: ReadonlyMap<string, ChangeRow>,
): ExplainedLine {
  const { id, kind, description, subscriptionId, quantity, taxMinor, cause } = line
  const netMinor = line.amountMinor
  // Lines from before prices were kept were priced without tax, as far as can be said now.
  const pricedMinor = line.pricedMinor ?? netMinor
  const changed = changes.get(changeIdOf(line) ?? '')
  const change = changed ? explainChange(changed, line, pricedMinor) : null
  const listMinor = change?.chargeMinor ?? pricedMinor + line.discountMinor
  const { periodStart: start, periodEnd: end } = line
  return {
    id,
    kind,
    description,
    subscriptionId,
    period: start && end ? { start, end, days: daysBetween(start, end) } : null,
    quantity,
    unitMinor: change ? change.unitMinor : listMinor % BigInt(quantity) === 0n ? listMinor / BigInt(quantity) : null,
    listMinor,
    change,
    reason: reasonOf(line),
    discounts: discountsOf(line.reasons)
      .filter(({ off }) => off !== '0')
      .map(({ coupon, name, off }) => {
        const known = coupons.filter(({ couponId }) => couponId === coupon)
        const live = known.find((each) => each.subscriptionId !== null && each.subscriptionId === subscriptionId)
        return {
          name,
          code: known[0]?.code ?? null,
          offMinor: BigInt(off),
          cyclesLeft: subscriptionId === null ? undefined : live ? live.cyclesLeft : 0,
        }
      }),
    pricedMinor,
    taxInPriceMinor: pricedMinor - netMinor,
    netMinor,
    taxMinor,
    totalMinor: netMinor + taxMinor,
    cause,
  }
}

const changeIdOf = ({ reasons }: Pick<InvoiceLine, 'reasons'>): string | undefined =>
  typeof reasons === 'object' && reasons !== null && 'changeId' in reasons ? String(reasons.changeId) : undefined

const ByHand = z.object({ byHand: z.object({ reason: z.string() }) })

const reasonOf = ({ reasons }: Pick<InvoiceLine, 'reasons'>): string | null =>
  ByHand.safeParse(reasons).data?.byHand.reason ?? null

/** The coupons of these lines with their codes, and how long they go on for the agreements named. */
async function readCoupons(app: App, lines: readonly InvoiceLine[]): Promise<CouponNow[]> {
  const couponIds = lines.flatMap((line) => discountsOf(line.reasons)).map(({ coupon }) => coupon)
  if (couponIds.length === 0) return []
  const subscriptionIds = lines.flatMap((line) => line.subscriptionId ?? [])
  const { rows } = await sql<CouponNow>`
    select c.id as coupon_id, c.code, d.subscription_id, d.cycles_left
    from coupons c left join subscription_discounts d on d.coupon_id = c.id and d.subscription_id = any(${subscriptionIds}::text[])
    where c.id = any(${couponIds}::text[])`.execute(app.db)
  return rows
}

async function readChanges(app: App, lines: readonly InvoiceLine[]): Promise<Map<string, ChangeRow>> {
  const ids = [...new Set(lines.flatMap((line) => changeIdOf(line) ?? []))]
  if (ids.length === 0) return new Map()
  const rows = await app.db
    .selectFrom('changeQuotes')
    .select(['id', 'detail', 'amountMinor'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The first fact of what set the document off: the order placed, the change accepted, or the document itself. */
async function readCause(app: App, actor: Actor, invoice: Invoice): Promise<InvoiceCause> {
  const { rows } = await sql<{
    orderId: string | null
    changeId: string | null
    kind: 'anonymous' | 'user' | 'staff' | 'system' | null
    actorId: string | null
    name: string | null
    at: Temporal.Instant | null
  }>`
    with origin as (
      select (select id from orders where invoice_id = ${invoice.id}) as order_id,
        (select id from change_quotes where invoice_id = ${invoice.id}) as change_id)
    select o.order_id, o.change_id, e.actor_kind as kind, e.actor_id, u.name, e.created_at as at
    from origin o left join lateral (
      select actor_kind, actor_id, created_at from events
      where subject_id = coalesce(o.order_id, o.change_id, ${invoice.id})
      order by sequence limit 1) e on true
    left join users u on u.id = e.actor_id`.execute(app.db)
  const { orderId, changeId, kind, actorId: causer, name, at } = rows[0]!
  const by: Causer =
    kind === 'user'
      ? { kind: causer === actorId(actor) ? 'you' : 'member', name }
      : kind === 'staff'
        ? { kind, name: actor.kind === 'staff' ? name : null }
        : { kind: 'system', name: null }
  return { purpose: invoice.purpose, at: at ?? invoice.createdAt, by, orderId, changeId }
}

async function explainTaxes(app: App, detail: InvoiceDetail): Promise<ExplainedTax[]> {
  const { invoice } = detail
  const buyer = (invoice.buyer as Party).country
  const seller = (invoice.seller as Party).country
  const taxes = documentTaxes(detail)
  const rules = await app.db
    .selectFrom('taxRules')
    .select(['name', 'rateBasisPoints', 'category'])
    .where('legalEntityId', '=', invoice.legalEntityId)
    .where('country', '=', buyer ?? '')
    .execute()
  return taxes.map((tax) => {
    const theirs = rules.some(
      ({ name, rateBasisPoints, category }) =>
        name === tax.name && rateBasisPoints === tax.basisPoints && category === tax.category,
    )
    return { ...tax, country: theirs ? buyer : seller, why: whyOf(tax, invoice) }
  })
}

/** A note that is not the law's is the reason that staff gave for a rate of the customer's own. */
function whyOf({ category, note }: { category: TaxCategory; note: string | null }, invoice: Invoice) {
  if (category === 'AE') return 'reverse_charge'
  if (category === 'O') return 'not_taxable'
  return note !== null && note !== invoiceWords[invoice.locale].taxNotes[category] ? 'own_rate' : 'rule'
}

/** The last "valid" of the registry before the document was made. */
async function readEvidence(app: App, { invoice, taxes }: InvoiceDetail): Promise<InvoiceExplanation['evidence']> {
  const number = (invoice.buyer as Party).vatId
  if (number === null || !taxes.some(({ category }) => category === 'AE')) return null
  const check = await app.db
    .selectFrom('vatChecks')
    .select(['number', 'requestIdentifier', 'checkedAt'])
    .where('customerId', '=', invoice.customerId)
    .where('number', '=', number)
    .where('outcome', '=', 'valid')
    .where('checkedAt', '<=', invoice.createdAt)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return check ?? null
}
