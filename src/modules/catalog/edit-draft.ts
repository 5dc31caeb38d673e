import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type CatalogDocument, inOrder } from './catalog-document.ts'
import { type CatalogVersion, catalogVersionMachine } from './catalog-version.ts'
import { requireNoneHeld } from './choice-holders.ts'
import { compareDocuments } from './compare-documents.ts'
import { readLiveDocument } from './live-document.ts'
import { lockProduct, lockVersion, parseVersion } from './versions-queries.ts'

/** Begins a new product as a draft; nothing of it is seen before it is published. */
export async function createProduct(
  app: App,
  actor: Actor,
  input: Pick<CatalogDocument, 'slug' | 'name' | 'summary'>,
): Promise<CatalogVersion> {
  requirePermission(actor, 'catalog.edit')
  const document: CatalogDocument = {
    ...input,
    kind: 'vps',
    state: 'published',
    position: 0,
    regionIds: [],
    imageIds: [],
    disputePolicy: 'seller',
    plans: [],
    options: [],
  }
  return app.transaction(actor, (tx) => insertVersion(tx, { productId: newId('prd'), document }))
}

/**
 * Begins a draft of what is for sale, beside it. Throws `product_not_found`, and `catalog_version_draft` or
 * `catalog_version_planned` while there is one already.
 */
export async function beginDraft(app: App, actor: Actor, input: { productId: string }): Promise<CatalogVersion> {
  requirePermission(actor, 'catalog.edit')
  return app.transaction(actor, async (tx) => {
    const { productId } = input
    await lockProduct(tx, productId)
    const open = await tx.db
      .selectFrom('catalogVersions')
      .select('state')
      .where('productId', '=', productId)
      .where('state', 'in', ['draft', 'planned'])
      .executeTakeFirst()
    if (open)
      throw new Problem('conflict', `catalog_version_${open.state}`, 'There is a draft of this product already.')
    const live = await ensureLive(tx, productId)
    if (!live) throw new Problem('not_found', 'product_not_found', 'There is no such product.')
    return insertVersion(tx, { productId, document: live.document, basedOn: live.id })
  })
}

/**
 * Saves a draft as a whole. Throws `catalog_version_not_found`, `draft_changed` when a colleague saved it since `revision` was
 * read, `choice_in_use` when it loses a choice that agreements have, and the draft's state when it is none any more.
 */
export async function saveDraft(
  app: App,
  actor: Actor,
  input: { versionId: string; revision: number; document: CatalogDocument },
): Promise<void> {
  requirePermission(actor, 'catalog.edit')
  await app.transaction(actor, async (tx) => {
    const version = await lockVersion(tx, input.versionId)
    requireVerb(catalogVersionMachine, version, 'discard')
    if (version.revision !== input.revision)
      throw new Problem(
        'conflict',
        'draft_changed',
        'Somebody saved this draft in the meantime. Open it again and make your change there.',
      )
    await requireNoneHeld(tx.db, version.document, input.document)
    const document = inOrder(input.document)
    const revision = version.revision + 1
    await tx.db
      .updateTable('catalogVersions')
      .set({ document: JSON.stringify(document), revision, failure: null, updatedAt: tx.now })
      .where('id', '=', version.id)
      .execute()
    const changed = compareDocuments(version.document, document).map(({ of, name, change }) =>
      [of, name.en, change.kind === 'field' ? change.field : change.kind].join(' '),
    )
    await tx.emit('catalog_version.edited', version.id, {
      before: { revision: version.revision },
      after: { revision, changed: changed.slice(0, 20) },
    })
  })
}

/** Throws a draft away; what is for sale stays. Throws `catalog_version_not_found` and the state of what is no draft. */
export async function discardDraft(app: App, actor: Actor, input: { versionId: string }): Promise<void> {
  requirePermission(actor, 'catalog.edit')
  await app.transaction(actor, async (tx) => {
    await transition(tx, catalogVersionMachine, rowOf(await lockVersion(tx, input.versionId)), 'discard')
  })
}

/** What the state machine moves. */
export const rowOf = ({ id, state }: CatalogVersion): Pick<CatalogVersion, 'id' | 'state'> => ({ id, state })

/** The version that is for sale, of a locked product; what was put there before there were versions becomes the first. */
export async function ensureLive(tx: Tx, productId: string): Promise<CatalogVersion | undefined> {
  const row = await tx.db
    .selectFrom('catalogVersions')
    .selectAll()
    .where('productId', '=', productId)
    .where('state', '=', 'live')
    .executeTakeFirst()
  if (row) return parseVersion(row)
  const document = await readLiveDocument(tx.db, productId)
  return document && insertVersion(tx, { productId, document, live: true })
}

/** Adds a version of a locked product. */
export async function insertVersion(
  tx: Tx,
  input: { productId: string; document: CatalogDocument; basedOn?: string; restores?: string; live?: true },
): Promise<CatalogVersion> {
  const { number } = await tx.db
    .selectFrom('catalogVersions')
    .select(sql<number>`coalesce(max(number), 0) + 1`.as('number'))
    .where('productId', '=', input.productId)
    .executeTakeFirstOrThrow()
  const row = await tx.db
    .insertInto('catalogVersions')
    .values({
      id: newId('cve'),
      productId: input.productId,
      number,
      state: input.live ? 'live' : 'draft',
      document: JSON.stringify(inOrder(input.document)),
      revision: 1,
      basedOn: input.basedOn ?? null,
      restores: input.restores ?? null,
      publishedAt: input.live ? tx.now : null,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const after = { number: row.number, slug: input.document.slug, restores: input.restores }
  await tx.emit(input.live ? 'catalog_version.captured' : 'catalog_version.draft', row.id, { after })
  return parseVersion(row)
}
