import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { readCatalog } from './catalog-queries.ts'
import type { CatalogVersion } from './catalog-version.ts'
import type { Catalog } from './plan.ts'
import { applyDocument } from './apply-document.ts'
import { withAllThatWas } from './document-faults.ts'
import { readLiveDocument } from './live-document.ts'
import { findVersion } from './versions-queries.ts'

const PURPOSE = 'catalog-preview'
/** How long a link shows a draft. */
export const PREVIEW_DAYS = 7

/** A token with which anybody sees the shop with this version for a week. Throws `catalog_version_not_found`. */
export async function makePreview(app: App, actor: Actor, input: { versionId: string }): Promise<string> {
  requirePermission(actor, 'catalog.read')
  const { id } = await findVersion(app.db, input.versionId)
  const until = app.clock.now().add({ hours: PREVIEW_DAYS * 24 }).epochMilliseconds
  const body = `${id}.${until}`
  return `${body}.${app.secrets.sign(PURPOSE, body)}`
}

export type Preview = Pick<CatalogVersion, 'number' | 'document'> & { catalog: Catalog; until: Temporal.Instant }

/** The shop as a token shows it; undefined for a token that is none, or whose time is over. */
export async function readPreview(app: App, token: string): Promise<Preview | undefined> {
  const [versionId = '', until = '', signature = ''] = token.split('.')
  if (!app.secrets.verify(PURPOSE, `${versionId}.${until}`, signature)) return undefined
  const ends = Temporal.Instant.fromEpochMilliseconds(Number(until))
  if (Temporal.Instant.compare(ends, app.clock.now()) <= 0) return undefined
  // What the tables would say with it, made, read and taken back at once, so that nobody else sees it.
  const session = await app.database.begin()
  try {
    const { productId, number, document } = await findVersion(session.db, versionId)
    const live = await readLiveDocument(session.db, productId)
    await applyDocument(session.db, productId, withAllThatWas(document, live))
    return { number, document, until: ends, catalog: await readCatalog(session.db) }
  } catch (error) {
    // It is gone, or says what could not be published either, such as an address that is taken.
    if (isProblem(error) || isOfTheData(error)) return undefined
    throw error
  } finally {
    await session.rollback()
  }
}

const isOfTheData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(22|23)/.test(String(error.code))

/** Refuses what would buy something that is not for sale. Throws `preview_sells_nothing`. */
export function requireNoPreview({ previewed }: Pick<App, 'previewed'>): void {
  if (previewed)
    throw new Problem('conflict', 'preview_sells_nothing', 'This is a preview. Nothing can be ordered in it.')
}
