import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { visibleWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import type { Payment } from './payment.ts'

/** Documents of one customer and currency that ask to be paid, at least one. */
export type Payables = readonly [Invoice, ...Invoice[]]
/** An attempt under way, with the ids of all documents it is for. */
export type Pending = Payment & { documents: string[] }

/** How many documents are paid at once at most. */
const MOST = 100

/**
 * The documents named, all of them payable by whoever asks. Throws `invoice_not_found`, `invoice_paid`, `invoice_void`,
 * `invoice_draft`, and `invoices_apart` when they are not of one customer and currency, or too many.
 */
export async function getPayable(db: App['db'], actor: Actor, ids: readonly string[]): Promise<Payables> {
  return requirePayable(ids, await read(db, actor, ids).execute())
}

/** The same, held until the transaction ends; in one order for everybody. */
export async function lockPayable(tx: Tx, actor: Actor, ids: readonly string[]): Promise<Payables> {
  return requirePayable(ids, await read(tx.db, actor, ids).forUpdate().execute())
}

function read(db: App['db'], actor: Actor, ids: readonly string[]) {
  const owner = visibleWith(actor, 'invoice.pay')
  return db
    .selectFrom('invoices')
    .selectAll()
    .where('id', 'in', [...ids, ''])
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .orderBy('id')
}

function requirePayable(ids: readonly string[], found: Invoice[]): Payables {
  const [first, ...others] = found
  if (first === undefined || found.length < new Set(ids).size)
    throw new Problem('not_found', 'invoice_not_found', 'There is no such invoice.')
  for (const invoice of found) requireVerb(invoiceMachine, invoice, 'pay')
  const apart = others.some(
    ({ customerId, currency }) => customerId !== first.customerId || currency !== first.currency,
  )
  if (apart || found.length > MOST)
    throw new Problem('invalid', 'invoices_apart', `Pay at most ${MOST} invoices of one currency at a time.`)
  return [first, ...others]
}

/** The attempts under way for any of these documents. */
export async function listPending(db: App['db'], ids: readonly string[]): Promise<Pending[]> {
  return db
    .selectFrom('payments')
    .selectAll()
    .select(
      sql<string[]>`(select array_agg(a.invoice_id) from payment_allocations a where a.payment_id = payments.id)`.as(
        'documents',
      ),
    )
    .where('id', 'in', (query) =>
      query
        .selectFrom('paymentAllocations')
        .select('paymentId')
        .where('invoiceId', 'in', [...ids, ''])
        .where('pending', '=', true),
    )
    .orderBy('id')
    .execute()
}

export const underWay = (): Problem =>
  new Problem('conflict', 'payment_pending', 'A payment of this invoice is already under way.')

/**
 * What can be paid of these documents or, where none are named, all that is owed; the oldest due first, by currency. Credit that
 * was asked for is owed to nobody and paid only when named. What is paid or void by now is left out.
 */
export async function listPayable(app: App, actor: Actor, ids: readonly string[]): Promise<Map<string, Invoice[]>> {
  const owner = visibleWith(actor, 'invoice.read')
  const rows = await app.db
    .selectFrom('invoices')
    .selectAll()
    .where('state', 'in', ids.length > 0 ? ['open', 'uncollectible'] : ['open'])
    .$if(ids.length > 0, (query) => query.where('id', 'in', [...ids]))
    .$if(ids.length === 0, (query) => query.where('purpose', '<>', 'topup'))
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .orderBy('dueAt')
    .orderBy('id')
    .limit(MOST)
    .execute()
  return Map.groupBy(rows, ({ currency }) => currency)
}
