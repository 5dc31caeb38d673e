import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { LegalEntity } from '../seller.ts'
import { bankSection, basisSection, companySection, footerSection } from './company-settings.ts'
import { currencySection } from './currency-settings.ts'
import { endingSection } from './ending-settings.ts'
import { dunningSection } from './dunning-settings.ts'
import { numberingSection } from './numbering-settings.ts'
import { orderSection } from './order-settings.ts'
import { priceSection } from './price-settings.ts'
import { renewalSection } from './renewal-settings.ts'
import { basisOf, type SettingIssue, type SettingsSection } from './section.ts'

const SECTIONS = {
  renewals: renewalSection,
  orders: orderSection,
  prices: priceSection,
  dunning: dunningSection,
  endings: endingSection,
  numbering: numberingSection,
  currencies: currencySection,
  company: companySection,
  bank: bankSection,
  basis: basisSection,
  footer: footerSection,
} as const

export type SectionName = keyof typeof SECTIONS
type ValuesByName = {
  [K in SectionName]: (typeof SECTIONS)[K] extends SettingsSection<infer V> ? V : never
}
export type SectionValues<K extends SectionName> = ValuesByName[K]

const sectionOf = <K extends SectionName>(name: K): SettingsSection<SectionValues<K>> =>
  SECTIONS[name] as unknown as SettingsSection<SectionValues<K>>

/** A section as it stands, in the order of its schema, so that the same settings have the same fingerprint. */
const readSection = async <K extends SectionName>(
  db: App['db'],
  seller: LegalEntity,
  name: K,
): Promise<SectionValues<K>> => sectionOf(name).schema.parse(await sectionOf(name).read(db, seller))

/** How the log names a section of a seller. */
const subjectOf = (seller: Pick<LegalEntity, 'id'>, name: SectionName): string => `${seller.id}:${name}`

/** Settings as they stand, and by which a change of them is known to be a change of these. */
export type ShownSettings<V> = { values: V; basis: string }

/** Staff: a section as it stands. Throws `permission_denied`, `seller_not_set_up`. */
export async function readSettings<K extends SectionName>(
  app: App,
  actor: Actor,
  name: K,
): Promise<ShownSettings<SectionValues<K>>> {
  requirePermission(actor, 'settings.manage')
  const values = await readSection(app.db, await getSeller(app.db), name)
  return { values, basis: basisOf(values) }
}

/** Staff: what is wrong with settings that somebody thinks of saving; nothing is written. */
export async function checkSettings<K extends SectionName>(
  app: App,
  actor: Actor,
  { name, values: after }: { name: K; values: SectionValues<K> },
): Promise<SettingIssue[]> {
  requirePermission(actor, 'settings.manage')
  const seller = await getSeller(app.db)
  const section = sectionOf(name)
  return section.check(app.db, seller, { before: await readSection(app.db, seller, name), after })
}

/**
 * Staff: saves a section, with what follows from it for what exists. `basis` is that of the settings the change was made on.
 * Throws `settings_stale` when they have changed since, `settings_invalid` with its issues, `permission_denied`,
 * `seller_not_set_up`.
 */
export async function changeSettings<K extends SectionName>(
  app: App,
  actor: Actor,
  { name, values, basis }: { name: K; values: SectionValues<K>; basis: string },
): Promise<void> {
  requirePermission(actor, 'settings.manage')
  const section = sectionOf(name)
  const after = section.schema.parse(values)
  await app.transaction(actor, async (tx) => {
    const seller = await lockSeller(tx)
    const before = await readSection(tx.db, seller, name)
    if (basisOf(before) !== basis)
      throw new Problem(
        'conflict',
        'settings_stale',
        'Somebody changed these settings while you had them open. Look at how they are now, and make your change again.',
      )
    if (basisOf(after) === basis) return
    const issues = await section.check(tx.db, seller, { before, after })
    if (issues.length > 0)
      throw new Problem('invalid', 'settings_invalid', 'These settings do not go together.', { issues })
    await section.write(tx, seller, { before, after })
    await tx.emit('seller.settings_changed', subjectOf(seller, name), { before, after })
  })
}

/** The seller, held so that two changes come one after the other; whoever sells meanwhile does not wait. */
export const lockSeller = (tx: Tx): Promise<LegalEntity> =>
  tx.db
    .selectFrom('legalEntities')
    .selectAll()
    .orderBy('id')
    .limit(1)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow(notSetUp)

const getSeller = (db: App['db']): Promise<LegalEntity> =>
  db.selectFrom('legalEntities').selectAll().orderBy('id').limit(1).executeTakeFirstOrThrow(notSetUp)

const notSetUp = (): Problem => new Problem('unavailable', 'seller_not_set_up', 'Set up the seller first.')

/** A change of a section: who made it, and how it was before. */
export type SettingsChange<V> = {
  id: string
  at: Temporal.Instant
  actorKind: string
  actorId: string
  actorName: string | null
  before: V
  after: V
}

const HISTORY = 10

/** Staff: the last changes of a section, the newest first. What no longer fits this release's settings is left out. */
export async function listSettingsChanges<K extends SectionName>(
  app: App,
  actor: Actor,
  name: K,
): Promise<SettingsChange<SectionValues<K>>[]> {
  requirePermission(actor, 'settings.manage')
  const { schema } = sectionOf(name)
  const rows = await app.db
    .selectFrom('events')
    .leftJoin('users', 'users.id', 'events.actorId')
    .select(['events.id', 'events.createdAt as at', 'events.actorKind', 'events.actorId', 'users.name as actorName'])
    .select(['events.before', 'events.after'])
    .where('events.subjectId', '=', subjectOf(await getSeller(app.db), name))
    .where('events.name', '=', 'seller.settings_changed')
    .orderBy('events.sequence', 'desc')
    .limit(HISTORY)
    .execute()
  return rows.flatMap(({ before, after, ...row }) => {
    const was = schema.safeParse(before)
    const became = schema.safeParse(after)
    return was.success && became.success ? [{ ...row, before: was.data, after: became.data }] : []
  })
}
