import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { isSameDocument } from './catalog-document.ts'
import { compareDocuments } from './compare-documents.ts'
import { readLiveDocuments } from './live-document.ts'
import { parseVersion } from './versions-queries.ts'

/** I35: what is for sale is what was published: the live version and the tables say the same. */
async function checkVersions(app: App): Promise<Finding[]> {
  const rows = await app.db
    .selectFrom('catalogVersions')
    .selectAll()
    .where('state', '=', 'live')
    .orderBy('id')
    .execute()
  const versions = rows.map(parseVersion)
  const live = await readLiveDocuments(
    app.db,
    versions.map(({ productId }) => productId),
  )
  return versions.flatMap(({ id, productId, number, document }): Finding[] => {
    const sold = live.get(productId)
    if (sold && isSameDocument(sold, document)) return []
    const [first] = sold ? compareDocuments(document, sold) : []
    const what = first ? `${first.of} ${first.name.en}` : 'the product is not there'
    return [
      {
        invariant: 'I35',
        subjectId: id,
        message: `Version ${number} of ${productId} is live and not what is for sale: ${what}.`,
      },
    ]
  })
}

export const catalogChecks = [checkVersions]
