import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, system } from '#platform/actor.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyDocument } from './apply-document.ts'
import { type CatalogVersion, catalogVersionMachine } from './catalog-version.ts'
import { faultsOf, readSurroundings, withAllThatWas } from './document-faults.ts'
import { ensureLive, insertVersion, rowOf } from './edit-draft.ts'
import { readLiveDocument } from './live-document.ts'
import { lockVersion } from './versions-queries.ts'

/**
 * Makes a draft what is for sale, now and in one transaction. Throws `catalog_version_not_found`, its state when it is no draft,
 * `draft_changed` when it was saved since `revision` was looked at, and `catalog_version_unfit` when it cannot be sold like that.
 */
export async function publishVersion(
  app: App,
  actor: Actor,
  input: { versionId: string; revision?: number | undefined },
): Promise<void> {
  requirePermission(actor, 'catalog.publish')
  await app.transaction(actor, async (tx) => {
    const version = await lockVersion(tx, input.versionId)
    requireSeen(version, input.revision)
    await publish(tx, version)
  })
}

/**
 * Sets the day on which a draft becomes what is for sale: at its beginning where the seller is. Throws as publishVersion, and
 * `publish_day_past`.
 */
export async function planPublication(
  app: App,
  actor: Actor,
  input: { versionId: string; revision?: number | undefined; on: Temporal.PlainDate },
): Promise<void> {
  requirePermission(actor, 'catalog.publish')
  await app.transaction(actor, async (tx) => {
    const version = await lockVersion(tx, input.versionId)
    requireVerb(catalogVersionMachine, version, 'plan')
    requireSeen(version, input.revision)
    await requireFit(tx, version)
    const publishAt = input.on.toZonedDateTime(await sellerZone(tx.db)).toInstant()
    if (Temporal.Instant.compare(publishAt, tx.now) <= 0)
      throw new Problem('invalid', 'publish_day_past', 'Choose a day that has not begun yet.', {
        issues: [{ path: 'on', message: 'Choose a day that has not begun yet.' }],
      })
    await transition(tx, catalogVersionMachine, rowOf(version), 'plan', { publishAt, failure: null })
  })
}

/** Takes a planned day back; the draft stays. Throws `catalog_version_not_found` and its state when nothing is planned. */
export async function cancelPublication(app: App, actor: Actor, input: { versionId: string }): Promise<void> {
  requirePermission(actor, 'catalog.publish')
  await app.transaction(actor, async (tx) => {
    const version = await lockVersion(tx, input.versionId)
    await transition(tx, catalogVersionMachine, rowOf(version), 'unplan', { publishAt: null })
  })
}

/**
 * Brings an earlier version back as a new one, at once. Plans that came since stay as retired ones, as people may have them.
 * Throws `catalog_version_not_found`, `catalog_version_live` for the one that is for sale, `catalog_version_draft` for one that
 * never was, and `catalog_version_unfit`.
 */
export async function rollBackTo(app: App, actor: Actor, input: { versionId: string }): Promise<CatalogVersion> {
  requirePermission(actor, 'catalog.publish')
  return app.transaction(actor, async (tx) => {
    const version = await lockVersion(tx, input.versionId)
    if (version.state !== 'superseded')
      throw new Problem('conflict', `catalog_version_${version.state}`, 'Only what was for sale before can come back.')
    const { productId, document } = version
    const live = await ensureLive(tx, productId)
    // It comes in as a version of its own and is never the open draft: that one stays as it is.
    await transition(tx, catalogVersionMachine, rowOf(live!), 'supersede')
    const restored = withAllThatWas(document, live!.document)
    await requireFit(tx, { productId, document: restored })
    await applyDocument(tx.db, productId, restored)
    return insertVersion(tx, { productId, document: restored, basedOn: live!.id, restores: version.id, live: true })
  })
}

/** Publishes what was planned for a day that has come; what cannot be published becomes a draft again and says why. */
export const publishPlanned = job({
  name: 'catalog.publish-planned',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    const due = await app.db
      .selectFrom('catalogVersions')
      .select('id')
      .where('state', '=', 'planned')
      .where('publishAt', '<=', app.clock.now())
      .orderBy('publishAt')
      .limit(50)
      .execute()
    for (const { id } of due) await publishDue(app, id)
  },
})

const actor = system('catalog')

async function publishDue(app: App, versionId: string): Promise<void> {
  try {
    await app.transaction(actor, async (tx) => {
      const version = await lockVersion(tx, versionId)
      const { publishAt } = version
      if (publishAt !== null && Temporal.Instant.compare(publishAt, tx.now) <= 0) await publish(tx, version)
    })
  } catch (error) {
    if (!isProblem(error)) throw error
    const { message } = error
    await app.transaction(actor, async (tx) => {
      const version = await lockVersion(tx, versionId)
      if (version.state !== 'planned') return
      await transition(tx, catalogVersionMachine, rowOf(version), 'unplan', { publishAt: null, failure: message })
      await tx.emit('catalog_version.publication_failed', versionId, { after: { message } })
    })
  }
}

async function publish(tx: Tx, version: CatalogVersion): Promise<void> {
  requireVerb(catalogVersionMachine, version, 'publish')
  const { productId } = version
  const document = await requireFit(tx, version)
  const live = await ensureLive(tx, productId)
  if (live) await transition(tx, catalogVersionMachine, rowOf(live), 'supersede')
  await applyDocument(tx.db, productId, document)
  await transition(tx, catalogVersionMachine, rowOf(version), 'publish', {
    document: JSON.stringify(document),
    publishedAt: tx.now,
    publishAt: null,
    failure: null,
  })
}

/** The document as it would be for sale. Throws `catalog_version_unfit`. */
async function requireFit(
  tx: Tx,
  { productId, document: said }: Pick<CatalogVersion, 'productId' | 'document'>,
): Promise<CatalogVersion['document']> {
  const live = await readLiveDocument(tx.db, productId)
  const document = withAllThatWas(said, live)
  const faults = faultsOf(document, await readSurroundings(tx.db, productId, document, live))
  if (faults.length === 0) return document
  throw new Problem('conflict', 'catalog_version_unfit', 'This cannot be published as it is.', {
    issues: faults.map(({ code, about }) => ({ path: code, message: `${about}: ${code.replaceAll('_', ' ')}` })),
  })
}

function requireSeen({ revision }: CatalogVersion, seen: number | undefined): void {
  if (seen !== undefined && seen !== revision)
    throw new Problem('conflict', 'draft_changed', 'Somebody saved this draft in the meantime. Look at it again first.')
}

/** The time zone of the seller, whose days are meant. */
export async function sellerZone(db: App['db']): Promise<string> {
  const { rows } = await sql<{ timeZone: string }>`select time_zone from legal_entities order by id limit 1`.execute(db)
  return rows[0]?.timeZone ?? 'UTC'
}
