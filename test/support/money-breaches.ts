import { sql } from 'kysely'
import type { breaches } from './breaches.ts'

/** Breaches of the promises about money, seeded around a sale that was paid and delivered. */
export function moneyBreaches(
  breach: ReturnType<typeof breaches>['breach'],
  of: { customerId: string; invoiceId: string; paymentId: string; serviceId: string },
): void {
  breach(
    'books that do not sum to nothing',
    { invariant: 'I2', alsoBroken: ['I1'], subject: 'EUR' },
    sql`alter table ledger_entries disable trigger user`,
    sql`update ledger_entries set amount_minor = amount_minor - 1 where account = 'tax'`,
  )
  breach(
    'a receivable that no document explains',
    { invariant: 'I2', subject: of.customerId },
    sql`insert into ledger_transactions select 'ltx_odd', 'write_off', 'odd', customer_id, created_at from ledger_transactions limit 1`,
    sql`insert into ledger_entries values ('ltx_odd', 'receivable', 'EUR', 5), ('ltx_odd', 'bad_debt', 'EUR', -5)`,
  )
  breach(
    'money at the gateway that the books do not have',
    { invariant: 'I3', subject: of.paymentId },
    sql`update stripe.charges set data = jsonb_set(data, '{amount_captured}', to_jsonb(amount_captured + 100))`,
  )
  breach(
    'credit that was given and is not in the ledger',
    { invariant: 'I5', subject: of.customerId },
    sql`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
    values ('crg_odd', ${of.customerId}, 'EUR', 500, 500, 'staff', 'odd', now())`,
  )
  breach(
    'a payment that counts a refund nobody made',
    { invariant: 'I9', subject: of.paymentId },
    sql`update payments set refunded_minor = 1 where id = ${of.paymentId}`,
  )
  breach(
    'a payment that gave documents more than it brought',
    { invariant: 'I10', subject: of.paymentId },
    sql`update payments set amount_minor = amount_minor - 1 where id = ${of.paymentId}`,
  )
  breach(
    'an attempt that is over and still holds its document',
    { invariant: 'I10', subject: of.paymentId },
    sql`update payment_allocations set pending = true where payment_id = ${of.paymentId}`,
  )
  breach(
    'an entitlement that was taken from somebody who pays',
    { invariant: 'I14' },
    sql`update entitlements set state = 'revoked' where code = 'vps'`,
  )
  breach(
    'a server that was terminated for a document that was paid',
    { invariant: 'I15', subject: of.serviceId, alsoBroken: [] },
    sql`insert into events (id, name, subject_id, actor_kind, actor_id, after, created_at)
    values ('evt_odd', 'service.termination_requested', ${of.serviceId}, 'system', 'provisioning', ${JSON.stringify({ invoiceId: of.invoiceId })}::jsonb, now())`,
  )
}
