import { sql } from 'kysely'
import type { Db } from '#platform/database.ts'
import { MIRRORED, type MirroredType, type RawObject } from './gateway-mirror.ts'

/** Two clocks never agree: within this, nobody can tell which of two versions is newer. */
const UNSURE_SECONDS = 5

/** Parts come within what they belong to. */
type Table = MirroredType | 'subscription_items' | 'invoice_line_items'
type Versions = { objects: readonly RawObject[]; asOf: Temporal.Instant }

const byName = new Map<string, MirroredType>(
  MIRRORED.map((type) => [type.replace('checkout_sessions', 'checkout.sessions').replace(/s$/, ''), type]),
)

/** Where an object of this kind is kept: `charges` for a `charge`. */
export const mirroredTypeOf = (object: string): MirroredType | undefined => byName.get(object)

/** As JSON for the database. Zero bytes, which PostgreSQL does not store, are nobody's text. */
export function plainJson(objects: RawObject | readonly RawObject[]): string {
  const json = JSON.stringify(objects)
  if (!json.includes(String.raw`\u0000`)) return json
  return JSON.stringify(objects, (_key, part: unknown) => (typeof part === 'string' ? part.replaceAll('\0', '') : part))
}

/**
 * Stores objects as they were asked for at `asOf` (the gateway's clock or ours). What is stored of a later time, or is
 * deleted, stays.
 */
export async function storeMirrored(db: Db, type: MirroredType, { objects, asOf }: Versions): Promise<void> {
  const rows = type === 'events' ? objects.map(withoutObject) : objects
  await upsert(db, type, { objects: rows, asOf }, sql`m.synced_at <= excluded.synced_at`)
  await storeParts(db, type, { objects, asOf })
}

/**
 * Stores an object that an event of `asOf` brought. Tells `unsure` when what is stored may be older or newer, so that the
 * object has to be asked for; an event that is clearly older changes nothing.
 */
export async function storeFromEvent(
  db: Db,
  type: MirroredType,
  object: RawObject,
  asOf: Temporal.Instant,
): Promise<'stored' | 'unsure' | 'older'> {
  const version = { objects: [object], asOf }
  const stored = await upsert(db, type, version, sql`date_trunc('second', m.synced_at) < excluded.synced_at`)
  if (stored > 0) {
    await storeParts(db, type, version)
    return 'stored'
  }
  const { rows } = await sql<{ unsure: boolean }>`
    select not deleted and synced_at < ${asOf}::timestamptz + make_interval(secs => ${UNSURE_SECONDS}) as unsure
    from ${tableOf(type)} where id = ${object.id}`.execute(db)
  return rows[0]?.unsure ? 'unsure' : 'older'
}

/** Keeps of a deleted object that it was there, and nothing of what it said; with a customer, nothing of who that was. */
export async function storeDeleted(
  db: Db,
  type: MirroredType,
  { id, object }: RawObject,
  asOf: Temporal.Instant,
): Promise<void> {
  await upsert(db, type, { objects: [{ id, object, deleted: true }], asOf }, sql`true`)
  if (type !== 'customers') return
  for (const [table, fields] of Object.entries(PERSONAL))
    await sql`update ${tableOf(table as Table)} set data = data - ${fields}::text[] where customer = ${id}`.execute(db)
}

/** Where objects of a customer say who that is. */
const PERSONAL = {
  payment_methods: ['billing_details'],
  charges: ['billing_details', 'receipt_email', 'shipping'],
  payment_intents: ['receipt_email', 'shipping'],
  checkout_sessions: ['customer_details', 'customer_email', 'collected_information', 'shipping_details'],
  invoices: ['customer_name', 'customer_email', 'customer_address', 'customer_phone', 'customer_shipping'],
} satisfies Partial<Record<MirroredType, string[]>>

const tableOf = (table: Table) => sql.table(`stripe.${table}`)

async function upsert(
  db: Db,
  table: Table,
  { objects, asOf }: Versions,
  newer: ReturnType<typeof sql>,
): Promise<number> {
  if (objects.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into ${tableOf(table)} as m (id, data, synced_at)
    select distinct on (o->>'id') o->>'id', o, ${asOf}::timestamptz from jsonb_array_elements(${plainJson(objects)}::jsonb) as o
    on conflict (id) do update set data = excluded.data, synced_at = excluded.synced_at where not m.deleted and (${newer})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}

/** What an event says of its object is stored with that object; twice would be once too often to forget. */
const withoutObject = (event: RawObject): RawObject => {
  const about = (event['data'] as { object?: RawObject } | undefined)?.object
  return { ...event, data: { object: { id: about?.id, object: about?.object } } }
}

async function storeParts(db: Db, type: MirroredType, { objects, asOf }: Versions): Promise<void> {
  const [field, table] = PARTS[type] ?? []
  if (field === undefined || table === undefined) return
  const parts = objects.flatMap((each) => (each[field] as { data?: RawObject[] } | null | undefined)?.data ?? [])
  await upsert(db, table, { objects: parts, asOf }, sql`m.synced_at <= excluded.synced_at`)
}

const PARTS: Partial<Record<MirroredType, [field: string, table: Table]>> = {
  subscriptions: ['items', 'subscription_items'],
  invoices: ['lines', 'invoice_line_items'],
}
