import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import type { GatewayInvoice } from '../gateway-subscriptions.ts'
import { dayOf } from './adoption.ts'

/** Nobody has to know of these. */
const QUIET = new Set(['draft'])

/**
 * Keeps the gateway's invoices of an agreement as they stand there now, each with an event when it moved on. They are documents
 * of the gateway's: nothing is booked. One that is paid or void stays that.
 */
export async function recordInvoices(
  tx: Tx,
  of: { subscriptionId: string; customerId: string; timeZone: string },
  invoices: readonly GatewayInvoice[],
): Promise<void> {
  if (invoices.length === 0) return
  const { subscriptionId, customerId, timeZone } = of
  const before = await tx.db
    .selectFrom('gatewayInvoices')
    .select(['id', 'status'])
    .where('subscriptionId', '=', subscriptionId)
    .execute()
  const known = new Map(before.map(({ id, status }) => [id, status]))
  const rows = await tx.db
    .insertInto('gatewayInvoices')
    .values(
      invoices.map((invoice) => ({
        id: invoice.gatewayInvoiceId,
        subscriptionId,
        customerId,
        number: invoice.number ?? null,
        status: invoice.status,
        currency: invoice.currency,
        totalMinor: invoice.totalMinor,
        paidMinor: invoice.paidMinor,
        periodStart: dayOf(invoice.periodStart, timeZone),
        periodEnd: dayOf(invoice.periodEnd, timeZone),
        url: invoice.url ?? null,
        paidAt: invoice.paidAt ?? null,
        createdAt: invoice.createdAt,
        updatedAt: tx.now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((of_) => ({
          number: of_.ref('excluded.number'),
          status: of_.ref('excluded.status'),
          totalMinor: of_.ref('excluded.totalMinor'),
          paidMinor: of_.ref('excluded.paidMinor'),
          periodStart: of_.ref('excluded.periodStart'),
          periodEnd: of_.ref('excluded.periodEnd'),
          url: of_.ref('excluded.url'),
          paidAt: of_.ref('excluded.paidAt'),
          updatedAt: of_.ref('excluded.updatedAt'),
        }))
        .where(
          sql<boolean>`gateway_invoices.status not in ('paid', 'void') and (gateway_invoices.status, gateway_invoices.paid_minor, gateway_invoices.url)
            is distinct from (excluded.status, excluded.paid_minor, excluded.url)`,
        ),
    )
    .returning(['id', 'status', 'number', 'totalMinor', 'currency'])
    .execute()
  for (const { id, status, number, totalMinor, currency } of rows)
    if (!QUIET.has(status) && known.get(id) !== status)
      await tx.emit(`gateway_invoice.${status}`, subscriptionId, {
        customerId,
        after: { gatewayInvoiceId: id, number, status, totalMinor, currency },
      })
}
