import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { readTransferReference } from './transfer-reference.ts'

const AT_MOST = 20

/** A document that money may be recorded for. Amounts are minor units of its currency. */
export type Payable = {
  id: string
  number: string | null
  state: 'open' | 'uncollectible' | 'paid' | 'void'
  customerId: string
  customerName: string
  currency: string
  totalMinor: bigint
  openMinor: bigint
  dueOn: Temporal.PlainDate
  timeZone: string
}

/**
 * Staff: the documents somebody may have paid for, by what a bank statement says: the reference printed on a pro forma (or the
 * end of the id), a number, or a part of a customer's name or email. What is paid or void is found by its own reference or number
 * alone: money for it is credit. At most 20, those that are open before others, by the day they are due.
 */
export async function findPayable(app: App, actor: Actor, text: string): Promise<Payable[]> {
  requirePermission(actor, 'payment.record')
  const search = text.trim()
  const end = search.toLowerCase().replaceAll(/[^0-9a-z]/g, '')
  const reference = readTransferReference(search) ?? null
  const { rows } = await sql<Payable>`
    select i.id, i.number, i.state, i.customer_id, customers.name as customer_name, i.currency, i.total_minor,
      case when i.state = 'void' then 0 else i.total_minor - i.paid_minor end as open_minor, i.due_on, e.time_zone
    from invoices i join customers on customers.id = i.customer_id join legal_entities e on e.id = i.legal_entity_id
    where i.state <> 'draft' and (i.id = ${search} or i.number ^@ ${search.toUpperCase()}
      or right(i.id, 12) = ${reference}::text or (${end.length >= 6} and right(i.id, ${end.length}::int) = ${end})
      or (i.state in ('open', 'uncollectible') and ${matchCustomer(search)}))
    order by i.state in ('paid', 'void'), i.due_on, i.id limit ${AT_MOST}`.execute(app.db)
  return rows
}
