import { getDataExport } from '#modules/support/data-exports-queries.ts'
import { Problem } from '#platform/problem.ts'
import { portalScope } from './scope.ts'
import type { Route } from './+types/data-export'

/** A person's own data as a file. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  if (!/^exp_[0-9a-z]{26}$/.test(params.exportId))
    throw new Problem('not_found', 'page_not_found', 'There is no such page.')
  const content = await getDataExport(app, actor, { exportId: params.exportId })
  return new Response(new Uint8Array(content), {
    headers: {
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="my-data-${app.clock.now().toString().slice(0, 10)}.json"`,
      'cache-control': 'private, no-store',
    },
  })
}
