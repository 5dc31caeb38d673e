import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { DisputeState, PaymentChannel, PaymentState, RefundState } from '#platform/schema.ts'
import type { Dispute } from './dispute.ts'
import { type Payment } from './payment.ts'
import { getPayment } from './billing-queries.ts'
import type { Refund } from './refund.ts'
import { listRooms, sumCredit } from './refund-plan.ts'

type OfCustomer<T> = T & { customerName: string }

type PaymentFilter = PageFilter & {
  state?: PaymentState | undefined
  channel?: PaymentChannel | undefined
  customerId?: string | undefined
  /** An id of ours or of the gateway's, or a part of a customer's name or email. */
  search?: string | undefined
}

/** Staff: every attempt to collect, the newest first. */
export async function listPayments(app: App, actor: Actor, filter: PaymentFilter): Promise<Page<OfCustomer<Payment>>> {
  requirePermission(actor, 'payment.read')
  const search = filter.search?.trim()
  const rows = await app.db
    .selectFrom('payments')
    .innerJoin('customers', 'customers.id', 'payments.customerId')
    .selectAll('payments')
    .select('customers.name as customerName')
    .$if(filter.state !== undefined, (query) => query.where('payments.state', '=', filter.state!))
    .$if(filter.channel !== undefined, (query) => query.where('payments.channel', '=', filter.channel!))
    .$if(filter.customerId !== undefined, (query) => query.where('payments.customerId', '=', filter.customerId!))
    .$if(Boolean(search), (query) => {
      if (/^pay_[0-9a-z]{26}$/.test(search!)) return query.where('payments.id', '=', search!)
      if (/^pi_\w+$/.test(search!)) return query.where('payments.gatewayPaymentId', '=', search!)
      return query.where(matchCustomer(search!))
    })
    .$if(filter.after !== undefined, (query) => query.where('payments.id', '<', filter.after!))
    .orderBy('payments.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Staff: a payment with what it was for, what was sent back of it, what the bank says, and how much may still go back. */
export async function getPaymentStory(app: App, actor: Actor, paymentId: string) {
  requirePermission(actor, 'payment.read')
  const payment = await getPayment(app, actor, paymentId)
  const [documents, refunds, disputes, customer, rooms, creditMinor] = await Promise.all([
    app.db
      .selectFrom('paymentAllocations')
      .innerJoin('invoices', 'invoices.id', 'paymentAllocations.invoiceId')
      .select([
        'invoices.id',
        'invoices.number',
        'invoices.state',
        'purpose',
        'appliedMinor',
        'paymentAllocations.amountMinor',
      ])
      .where('paymentId', '=', payment.id)
      .orderBy('invoices.id')
      .execute(),
    app.db.selectFrom('refunds').selectAll().where('paymentId', '=', payment.id).orderBy('id', 'desc').execute(),
    app.db.selectFrom('disputes').selectAll().where('paymentId', '=', payment.id).orderBy('id', 'desc').execute(),
    app.db
      .selectFrom('customers')
      .select(['id', 'name'])
      .where('id', '=', payment.customerId)
      .executeTakeFirstOrThrow(),
    listRooms(app, payment.id),
    sumCredit(app, payment),
  ])
  const left = payment.state === 'succeeded' ? payment.amountMinor - payment.refundedMinor : 0n
  const explained = rooms.reduce((sum, { leftMinor }) => sum + leftMinor, 0n) + creditMinor
  return { payment, documents, refunds, disputes, customer, refundableMinor: explained < left ? explained : left }
}

type RefundFilter = PageFilter & { states?: readonly RefundState[] | undefined; customerId?: string | undefined }

/** Staff: money sent back, the newest first. */
export async function listRefunds(app: App, actor: Actor, filter: RefundFilter): Promise<Page<OfCustomer<Refund>>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('refunds')
    .innerJoin('customers', 'customers.id', 'refunds.customerId')
    .selectAll('refunds')
    .select('customers.name as customerName')
    .$if(filter.states !== undefined, (query) => query.where('refunds.state', 'in', filter.states!))
    .$if(filter.customerId !== undefined, (query) => query.where('refunds.customerId', '=', filter.customerId!))
    .$if(filter.after !== undefined, (query) => query.where('refunds.id', '<', filter.after!))
    .orderBy('refunds.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

type DisputeFilter = PageFilter & { state?: DisputeState | undefined; customerId?: string | undefined }

/** Staff: contested payments, the newest first. */
export async function listDisputes(app: App, actor: Actor, filter: DisputeFilter): Promise<Page<OfCustomer<Dispute>>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('disputes')
    .innerJoin('customers', 'customers.id', 'disputes.customerId')
    .selectAll('disputes')
    .select('customers.name as customerName')
    .$if(filter.state !== undefined, (query) => query.where('disputes.state', '=', filter.state!))
    .$if(filter.customerId !== undefined, (query) => query.where('disputes.customerId', '=', filter.customerId!))
    .$if(filter.after !== undefined, (query) => query.where('disputes.id', '<', filter.after!))
    .orderBy('disputes.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Staff: what evidence is due for within some days, wall-clock time, the most urgent first. */
export async function listUrgentDisputes(
  app: App,
  actor: Actor,
  filter: { limit: number; withinDays: number },
): Promise<Page<OfCustomer<Dispute>>> {
  requirePermission(actor, 'payment.read')
  const until = app.clock.now().add({ hours: filter.withinDays * 24 })
  const rows = await app.db
    .selectFrom('disputes')
    .innerJoin('customers', 'customers.id', 'disputes.customerId')
    .selectAll('disputes')
    .select('customers.name as customerName')
    .where('disputes.state', 'in', ['warning', 'open'])
    .where('disputes.evidenceDueAt', '<=', until)
    .orderBy('disputes.evidenceDueAt')
    .orderBy('disputes.id')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Staff: one contested payment. Throws `dispute_not_found`. */
export async function getDispute(app: App, actor: Actor, disputeId: string): Promise<OfCustomer<Dispute>> {
  requirePermission(actor, 'payment.read')
  return app.db
    .selectFrom('disputes')
    .innerJoin('customers', 'customers.id', 'disputes.customerId')
    .selectAll('disputes')
    .select('customers.name as customerName')
    .where('disputes.id', '=', disputeId)
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'dispute_not_found', 'There is no such dispute.'))
}

/** Staff: money no document took, which is credit its customer has not used yet, the newest first. */
export async function listSurplus(app: App, actor: Actor, filter: PageFilter) {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('creditGrants')
    .innerJoin('customers', 'customers.id', 'creditGrants.customerId')
    .selectAll('creditGrants')
    .select('customers.name as customerName')
    .where('creditGrants.source', 'in', ['overpayment', 'void_document', 'refund_failed'])
    .where('creditGrants.remainingMinor', '>', 0n)
    .$if(filter.after !== undefined, (query) => query.where('creditGrants.id', '<', filter.after!))
    .orderBy('creditGrants.id', 'desc')
    .select(
      sql<string | null>`case when credit_grants.reference like 'pay_%' then credit_grants.reference
        when credit_grants.reference like 'ref_%' then (select r.payment_id from refunds r where r.id = credit_grants.reference)
        else (select max(a.payment_id) from payment_allocations a where a.invoice_id = credit_grants.reference and a.applied_minor > 0) end`.as(
        'paymentId',
      ),
    )
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}
