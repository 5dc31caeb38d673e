import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { CatalogVersionState, Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { CatalogDocument } from './catalog-document.ts'
import type { CatalogVersion } from './catalog-version.ts'
import { compareDocuments, type Difference } from './compare-documents.ts'
import { type DocumentFault, faultsOf, readSurroundings, withAllThatWas } from './document-faults.ts'
import { readLiveDocument } from './live-document.ts'
import type { LocalizedText } from './localized-text.ts'

const versionMissing = (): Problem =>
  new Problem('not_found', 'catalog_version_not_found', 'There is no such version of the catalogue.')
const productMissing = (): Problem => new Problem('not_found', 'product_not_found', 'There is no such product.')

export const parseVersion = (row: Schema['catalogVersions']): CatalogVersion => ({
  ...row,
  document: CatalogDocument.parse(row.document),
})

/** How products stand, as staff narrow the list by: `draft` was never published. */
export const PRODUCT_VIEWS = ['published', 'retired', 'draft'] as const
export type ProductView = (typeof PRODUCT_VIEWS)[number]

export type ProductSummary = {
  id: string
  slug: string
  view: ProductView
  name: LocalizedText
  plans: number
  /** What is being worked on beside what is for sale. */
  open: { id: string; state: CatalogVersionState; number: number; publishAt: Temporal.Instant | null } | null
}

/** Staff: products by their address, with those that are only drafts. `search` is a part of an address or a name. */
export async function listProductEntries(
  app: App,
  actor: Actor,
  filter: PageFilter & { search?: string | undefined; view?: ProductView | undefined },
): Promise<Page<ProductSummary>> {
  requirePermission(actor, 'catalog.read')
  const like = `%${(filter.search ?? '').toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const { rows } = await sql<Omit<ProductSummary, 'open'> & OpenRow>`
    select e.*, v.id as open_id, v.state as open_state, v.number as open_number, v.publish_at
    from (
      select p.id, p.slug, p.state::text as view, p.name, (select count(*)::int from plans l where l.product_id = p.id and l.state = 'published') as plans
      from products p
      union all
      select v.product_id, v.document->>'slug', 'draft', v.document->'name', jsonb_array_length(v.document->'plans')
      from catalog_versions v where v.state in ('draft', 'planned') and not exists (select from products p where p.id = v.product_id)
    ) e left join catalog_versions v on v.product_id = e.id and v.state in ('draft', 'planned')
    where (${filter.view ?? null}::text is null or e.view = ${filter.view ?? null})
      and (e.slug like ${like} or lower(e.name->>'en') like ${like} or lower(e.name->>'de') like ${like})
      and (${filter.after ?? null}::text is null or e.slug > ${filter.after ?? null})
    order by e.slug limit ${filter.limit + 1}`.execute(app.db)
  const page = pageOf(rows, filter.limit, ({ slug }) => slug)
  return {
    ...page,
    rows: page.rows.map(({ openId, openState, openNumber, publishAt, ...row }) => ({
      ...row,
      open: openId === null ? null : { id: openId, state: openState!, number: openNumber!, publishAt },
    })),
  }
}

type OpenRow = {
  openId: string | null
  openState: CatalogVersionState | null
  openNumber: number | null
  publishAt: Temporal.Instant | null
}

/** Staff: a product with all its versions, newest first, and what is for sale. Throws `product_not_found`. */
export async function getProductEntry(
  app: App,
  actor: Actor,
  productId: string,
): Promise<{ productId: string; live: CatalogDocument | undefined; versions: CatalogVersion[] }> {
  requirePermission(actor, 'catalog.read')
  const [live, versions] = await Promise.all([
    readLiveDocument(app.db, productId),
    app.db
      .selectFrom('catalogVersions')
      .selectAll()
      .where('productId', '=', productId)
      .orderBy('number', 'desc')
      .limit(100)
      .execute(),
  ])
  if (!live && versions.length === 0) throw productMissing()
  return { productId, live, versions: versions.map(parseVersion) }
}

/** What publishing a plan's change means to those who have it. */
type Affected = {
  planId: string
  name: LocalizedText
  subscriptions: number
  retires: boolean
  reprices: boolean
}

export type VersionDetail = {
  version: CatalogVersion
  live: CatalogDocument | undefined
  /** From what is for sale now, or for what is or was for sale, from the version before. */
  differences: Difference[]
  faults: DocumentFault[]
  affected: Affected[]
  /** Of what staff offer: what a product may be narrowed to. */
  regions: { id: string; name: LocalizedText }[]
  images: { id: string; name: string }[]
  usedPlanIds: ReadonlySet<string>
}

/** Staff: a version, what it changes, and whom that concerns. Throws `catalog_version_not_found`. */
export async function getVersion(app: App, actor: Actor, versionId: string): Promise<VersionDetail> {
  requirePermission(actor, 'catalog.read')
  const version = await findVersion(app.db, versionId)
  const live = await readLiveDocument(app.db, version.productId)
  const isOpen = version.publishedAt === null
  const before = isOpen ? live : await documentBefore(app.db, version)
  const document = isOpen ? withAllThatWas(version.document, live) : version.document
  const [around, regions, images] = await Promise.all([
    readSurroundings(app.db, version.productId, document, live),
    app.db.selectFrom('regions').select(['id', 'name']).orderBy('position').execute(),
    app.db.selectFrom('images').select(['id', 'name']).orderBy('position').execute(),
  ])
  const differences = compareDocuments(before, document)
  return {
    version,
    live,
    differences,
    faults: isOpen ? faultsOf(document, around) : [],
    affected: isOpen ? await affectedBy(app.db, differences, document) : [],
    regions: regions.map((region) => ({ ...region, name: region.name as LocalizedText })),
    images,
    usedPlanIds: around.usedPlanIds,
  }
}

export async function findVersion(db: App['db'], versionId: string): Promise<CatalogVersion> {
  const row = await db
    .selectFrom('catalogVersions')
    .selectAll()
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow(versionMissing)
  return parseVersion(row)
}

async function documentBefore(
  db: App['db'],
  { productId, publishedAt, number }: CatalogVersion,
): Promise<CatalogDocument | undefined> {
  const row = await db
    .selectFrom('catalogVersions')
    .selectAll()
    .where('productId', '=', productId)
    .where('number', '<', number)
    .where('publishedAt', '<=', publishedAt)
    .orderBy('publishedAt', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && parseVersion(row).document
}

async function affectedBy(db: App['db'], differences: Difference[], document: CatalogDocument): Promise<Affected[]> {
  const ids = [...new Set(differences.filter(({ of }) => of === 'plan').map(({ id }) => id))]
  if (ids.length === 0) return []
  const { rows } = await sql<{ planId: string; subscriptions: number }>`
    select plan_id, count(*)::int as subscriptions from subscriptions
    where plan_id = any(${ids}::text[]) and state <> 'cancelled' group by plan_id`.execute(db)
  return rows.flatMap(({ planId, subscriptions }) => {
    const plan = document.plans.find(({ id }) => id === planId)
    const changes = differences.filter(({ id }) => id === planId).map(({ change }) => change)
    const retires = plan?.state === 'retired' && changes.some((each) => each.kind === 'field' && each.field === 'state')
    const reprices = changes.some(({ kind }) => kind === 'price')
    return plan && (retires || reprices) ? [{ planId, name: plan.name, subscriptions, retires, reprices }] : []
  })
}

/** Holds a version, and with it the product: all versions of one product are locked in one order. */
export async function lockVersion(tx: Tx, versionId: string): Promise<CatalogVersion> {
  const { productId } = await findVersion(tx.db, versionId)
  await lockProduct(tx, productId)
  return findVersion(tx.db, versionId)
}

/** One colleague at a time changes how a product stands, also one of which there is no row yet. */
export async function lockProduct(tx: Tx, productId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('catalog ' || ${productId}::text, 0))`.execute(tx.db)
}
