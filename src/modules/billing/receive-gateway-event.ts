import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { groupCommit } from '#platform/group-commit.ts'
import type { GatewayEvent } from './payment-gateway.ts'
import { processGatewayEvent } from './process-gateway-event.ts'

const actor = system('stripe')
const receivers = new WeakMap<App['database'], (event: GatewayEvent) => Promise<void>>()

/**
 * Proves and stores a message of the gateway; it is worked by a job. Returns after the commit. The same message again is
 * accepted and changes nothing. Throws `webhook_refused` for anything not authentic.
 */
export async function receiveGatewayEvent(app: App, rawBody: Uint8Array, signature: string | undefined): Promise<void> {
  const event = app.paymentGateway.verifyEvent(rawBody, signature)
  let receive = receivers.get(app.database)
  if (!receive) receivers.set(app.database, (receive = groupCommit((events) => store(app, events))))
  await receive(event)
}

async function store(app: App, events: GatewayEvent[]): Promise<void> {
  await app.transaction(actor, async (tx) => {
    const columns = <K extends keyof GatewayEvent>(key: K): GatewayEvent[K][] => events.map((event) => event[key])
    const { rows } = await sql<{ id: string }>`
      insert into gateway_events (id, gateway, type, livemode, account, object_id, checkout_session_id, payment_id, failure_code, state, received_at)
      select id, 'stripe', type, livemode, account, object_id, session_id, payment_id, failure_code, 'received', ${tx.now}::timestamptz
      from unnest(${columns('id')}::text[], ${columns('type')}::text[], ${columns('livemode')}::boolean[], ${columns('account')}::text[],
        ${columns('objectId')}::text[], ${columns('checkoutSessionId')}::text[], ${columns('paymentId')}::text[], ${columns('failureCode')}::text[])
        as e (id, type, livemode, account, object_id, session_id, payment_id, failure_code)
      on conflict (id) do nothing returning id`.execute(tx.db)
    for (const { id } of rows) await tx.enqueue(processGatewayEvent, { gatewayEventId: id })
  })
}
