import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { GatewayEvent } from './payment-gateway.ts'
import { storeGatewayEvents } from './store-gateway-events.ts'

const actor = system('stripe')

const CHUNK = 500
/** Events become visible a little after the second they name, and out of order. */
const OVERLAP_MINUTES = 15
/** What the gateway keeps. */
const KEPT_HOURS = 30 * 24

/**
 * Asks the gateway for what it told while we could not listen, and stores what is unknown as a webhook would have. What is
 * stored and how far we came are one commit, so it may be cut short or run twice. Throws `payment_gateway_unavailable`.
 */
export const catchUpGatewayEvents = job({
  name: 'billing.catch-up-gateway-events',
  queue: 'gateway',
  payload: z.object({}),
  async run(app, _payload, signal) {
    let chunk: GatewayEvent[] = []
    for await (const event of app.paymentGateway.listEvents({ since: await firstToSee(app) })) {
      chunk.push(event)
      if (chunk.length < CHUNK) continue
      await keep(app, chunk)
      chunk = []
      signal.throwIfAborted()
    }
    await keep(app, chunk)
  },
})

/** The events of test and live mode are two lists. */
const cursorName = (app: App): string => `events.${app.config.stripe.live ? 'live' : 'test'}`

/** Wall-clock time, as the gateway's own is. */
async function firstToSee(app: App): Promise<Temporal.Instant> {
  const cursor = await app.db
    .selectFrom('gatewayCursors')
    .select('seenUntil')
    .where('name', '=', cursorName(app))
    .executeTakeFirst()
  const earliest = app.clock.wallClock().subtract({ hours: KEPT_HOURS })
  const since = cursor?.seenUntil?.subtract({ minutes: OVERLAP_MINUTES })
  return since && Temporal.Instant.compare(since, earliest) > 0 ? since : earliest
}

/** Events come oldest first, so the last one tells how far we are. */
async function keep(app: App, events: readonly GatewayEvent[]): Promise<void> {
  const last = events.at(-1)
  if (!last) return
  await app.transaction(actor, async (tx) => {
    await storeGatewayEvents(tx, events)
    await sql`
      insert into gateway_cursors (name, seen_until, updated_at)
      values (${cursorName(app)}, ${last.createdAt.toString()}::timestamptz, ${tx.now}::timestamptz)
      on conflict (name) do update set seen_until = greatest(gateway_cursors.seen_until, excluded.seen_until), updated_at = excluded.updated_at`.execute(
      tx.db,
    )
  })
}
