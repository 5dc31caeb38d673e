import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { MIRRORED, type MirroredType, type RawObject } from './gateway-mirror.ts'
import { storeMirrored } from './store-mirrored.ts'

const actor = system('stripe')
/** So that catching up, which shares the hand, never waits longer. */
const BUDGET_MS = 50_000
/** No event tells of these: what is new is looked for. */
const SILENT: ReadonlySet<MirroredType> = new Set(['balance_transactions', 'events'])
const SILENT_MINUTES = 5
const CUSTOMERS_A_STEP = 20

type Cursor = {
  name: string
  afterId: string | null
  completedAt: Temporal.Instant | null
  updatedAt: Temporal.Instant
}

/**
 * Copies every object the gateway keeps, a page at a time, the newest first, type by type; then only what no event tells of.
 * A page and how far it brought us are one commit, so it may be cut short or run twice. Throws `payment_gateway_unavailable`.
 */
export const mirrorGateway = job({
  name: 'billing.mirror-gateway',
  queue: 'gateway',
  payload: z.object({}),
  async run(app, _payload, signal) {
    const until = performance.now() + BUDGET_MS
    for (const type of MIRRORED) {
      while (await step(app, type)) {
        signal.throwIfAborted()
        if (performance.now() > until) return
      }
    }
  },
})

const mirrorCursor = (app: Pick<App, 'config'>, type: MirroredType): string =>
  `mirror.${app.config.stripe.live ? 'live' : 'test'}.${type}`

/** One page; tells whether there is another. */
async function step(app: App, type: MirroredType): Promise<boolean> {
  const name = mirrorCursor(app, type)
  const cursor = await app.db.selectFrom('gatewayCursors').selectAll().where('name', '=', name).executeTakeFirst()
  if (cursor?.completedAt) return SILENT.has(type) ? listNew(app, type, cursor) : false
  if (type === 'payment_methods') return copyMethods(app, cursor?.afterId ?? '')
  const asOf = app.clock.wallClock()
  const page = await app.paymentGateway.listObjects(type, cursor?.afterId ?? undefined)
  await app.transaction(actor, async (tx) => {
    await storeMirrored(tx.db, type, { objects: page.objects, asOf })
    await move(tx, name, page.objects.at(-1)?.id, !page.hasMore)
  })
  return page.hasMore
}

/** From the newest down to the first page that is known, every few minutes. */
async function listNew(app: App, type: MirroredType, { name, updatedAt }: Cursor): Promise<boolean> {
  const due = updatedAt.add({ minutes: SILENT_MINUTES })
  if (Temporal.Instant.compare(app.clock.now(), due) < 0) return false
  let objects: RawObject[] = []
  for (let after: string | undefined; ; after = objects.at(-1)?.id) {
    const asOf = app.clock.wallClock()
    const page = await app.paymentGateway.listObjects(type, after)
    ;({ objects } = page)
    const ids = objects.map(({ id }) => id)
    const { rows } = await sql<{ known: number }>`
      select count(*)::int as known from ${sql.table(`stripe.${type}`)} where id = any(${ids}::text[])`.execute(app.db)
    const done = !page.hasMore || rows[0]!.known > 0
    await app.transaction(actor, async (tx) => {
      await storeMirrored(tx.db, type, { objects, asOf })
      // Not before all that is new is here: a run cut short begins at the top again.
      if (done) await move(tx, name, undefined, true)
    })
    if (done) return false
  }
}

/** The ways to pay of the next customers that are stored. */
async function copyMethods(app: App, after: string): Promise<boolean> {
  const { rows: customers } = await sql<{ id: string }>`
    select id from stripe.customers where id > ${after} and not deleted order by id limit ${CUSTOMERS_A_STEP}`.execute(
    app.db,
  )
  const asOf = app.clock.wallClock()
  const objects: RawObject[] = []
  for (const { id } of customers) {
    let last: string | undefined
    for (let more = true; more;) {
      const page = await app.paymentGateway.listObjects('payment_methods', last, id)
      objects.push(...page.objects)
      last = page.objects.at(-1)?.id
      more = page.hasMore
    }
  }
  const hasMore = customers.length === CUSTOMERS_A_STEP
  await app.transaction(actor, async (tx) => {
    await storeMirrored(tx.db, 'payment_methods', { objects, asOf })
    await move(tx, mirrorCursor(app, 'payment_methods'), customers.at(-1)?.id, !hasMore)
  })
  return hasMore
}

async function move(tx: Tx, name: string, after: string | undefined, completed: boolean): Promise<void> {
  await sql`
    insert into gateway_cursors (name, after_id, completed_at, updated_at)
    values (${name}, ${after ?? null}, ${completed ? tx.now : null}::timestamptz, ${tx.now}::timestamptz)
    on conflict (name) do update set after_id = coalesce(excluded.after_id, gateway_cursors.after_id),
      completed_at = coalesce(gateway_cursors.completed_at, excluded.completed_at), updated_at = excluded.updated_at`.execute(
    tx.db,
  )
}
