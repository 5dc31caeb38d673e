import type { CatalogDocument } from '#modules/catalog/catalog-document.ts'
import { beginDraft, saveDraft } from '#modules/catalog/edit-draft.ts'
import { publishVersion } from '#modules/catalog/publish-version.ts'
import { staffAs } from './actors.ts'
import type { TestApp } from './test-app.ts'

/** Staff change the product whose plan is called so, and publish it. */
export async function publishChange(
  app: TestApp,
  planSlug: string,
  change: (document: CatalogDocument) => CatalogDocument,
): Promise<void> {
  const { productId } = await app.db
    .selectFrom('plans')
    .select('productId')
    .where('slug', '=', planSlug)
    .executeTakeFirstOrThrow()
  const draft = await beginDraft(app, staffAs('admin'), { productId })
  const { id: versionId, revision } = draft
  await saveDraft(app, staffAs('admin'), { versionId, revision, document: change(draft.document) })
  await publishVersion(app, staffAs('admin'), { versionId })
}
