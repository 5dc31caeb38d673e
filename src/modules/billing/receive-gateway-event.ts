import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { groupCommit } from '#platform/group-commit.ts'
import type { GatewayEvent } from './payment-gateway.ts'
import { storeGatewayEvents } from './store-gateway-events.ts'

const actor = system('stripe')
const receivers = new WeakMap<App['database'], (event: GatewayEvent) => Promise<void>>()

/**
 * Proves and stores a message of the gateway; it is worked by a job. Returns after the commit. The same message again is
 * accepted and changes nothing. Throws `webhook_refused` for anything not authentic.
 */
export async function receiveGatewayEvent(app: App, rawBody: Uint8Array, signature: string | undefined): Promise<void> {
  const event = app.paymentGateway.verifyEvent(rawBody, signature)
  let receive = receivers.get(app.database)
  if (!receive)
    receivers.set(
      app.database,
      (receive = groupCommit((events) => app.transaction(actor, (tx) => storeGatewayEvents(tx, events)))),
    )
  await receive(event)
}
