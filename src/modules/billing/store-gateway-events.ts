import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import type { GatewayEvent } from './payment-gateway.ts'
import { processGatewayEvent } from './process-gateway-event.ts'
import { plainJson } from './store-mirrored.ts'

/** Stores messages of the gateway, each of which a job then works. Those that are known already change nothing. */
export async function storeGatewayEvents(tx: Tx, events: readonly GatewayEvent[]): Promise<void> {
  const columns = <K extends keyof GatewayEvent>(key: K): GatewayEvent[K][] => events.map((event) => event[key])
  const created = events.map((event) => event.createdAt.toString())
  const objects = events.map(({ object }) => (object ? plainJson(object) : null))
  const { rows } = await sql<{ id: string }>`
    insert into gateway_events (id, gateway, type, livemode, account, object_id, checkout_session_id, gateway_subscription_id, payment_id, failure_code, created_at, object, state, received_at)
    select id, 'stripe', type, livemode, account, object_id, session_id, subscription_id, payment_id, failure_code, created_at, object::jsonb, 'received', ${tx.now}::timestamptz
    from unnest(${columns('id')}::text[], ${columns('type')}::text[], ${columns('livemode')}::boolean[], ${columns('account')}::text[],
      ${columns('objectId')}::text[], ${columns('checkoutSessionId')}::text[], ${columns('gatewaySubscriptionId')}::text[], ${columns('paymentId')}::text[], ${columns('failureCode')}::text[],
      ${created}::timestamptz[], ${objects}::text[])
      as e (id, type, livemode, account, object_id, session_id, subscription_id, payment_id, failure_code, created_at, object)
    on conflict (id) do nothing returning id`.execute(tx.db)
  for (const { id } of rows) await tx.enqueue(processGatewayEvent, { gatewayEventId: id })
}
