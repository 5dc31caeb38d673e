import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Tx } from '#platform/transaction.ts'

/** What may be made to need a second colleague. */
export const GUARDED_ACTS = [
  'service.terminate',
  'staff.role_changed',
  'customer.impersonate',
  'payment.refund',
  'invoice.correct',
] as const
export type GuardedAct = (typeof GUARDED_ACTS)[number]

/** Every setting of the house: how it is read, and what holds while nobody set it. */
const SETTINGS = {
  'approvals.acts': { schema: z.array(z.enum(GUARDED_ACTS)), unset: [] as GuardedAct[] },
} as const
type Key = keyof typeof SETTINGS
type Value<K extends Key> = z.output<(typeof SETTINGS)[K]['schema']>
type Setting<K extends Key> = { schema: z.ZodType<Value<K>>; unset: Value<K> }
const settingOf = <K extends Key>(key: K): Setting<K> => SETTINGS[key] as unknown as Setting<K>

/** A setting as it stands. */
export async function readSetting<K extends Key>(db: App['db'] | Tx['db'], key: K): Promise<Value<K>> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  const { schema, unset } = settingOf(key)
  return row ? schema.parse(row.value) : unset
}

/** Writes a setting for good and tells how it was. Whether that may be, the caller has asked. */
export async function writeSetting<K extends Key>(tx: Tx, key: K, value: Value<K>, extra: object = {}): Promise<void> {
  const before = await readSetting(tx.db, key)
  const updatedBy = tx.actor.kind === 'staff' ? tx.actor.userId : null
  const row = { value: JSON.stringify(settingOf(key).schema.parse(value)), updatedAt: tx.now, updatedBy }
  await tx.db
    .insertInto('settings')
    .values({ key, ...row })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute()
  await tx.emit('settings.changed', key, { before: { value: before }, after: { value, ...extra } })
}
