import { redirect } from 'react-router'
import { readPreview } from '#modules/catalog/preview-catalog.ts'
import { Problem } from '#platform/problem.ts'
import { appContext, localeContext } from '../context.ts'
import { paths } from '../paths.ts'
import { previewCookie } from '../preview-cookie.ts'
import type { Route } from './+types/preview-begin'

/** Shows the shop with a draft to whoever has its link, from the draft's own page on. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const preview = await readPreview(app, params.previewToken)
  if (!preview)
    throw new Problem('not_found', 'preview_over', 'This preview is over. Ask whoever sent it for a new link.')
  const locale = context.get(localeContext)
  const { state, slug } = preview.document
  const seconds = preview.until.since(app.clock.now()).total('seconds')
  return redirect(state === 'published' ? paths.product(locale, slug) : paths.pricing(locale), {
    headers: [
      ['set-cookie', previewCookie(params.previewToken, seconds)],
      // Shared pages that the browser keeps would show what is for sale instead.
      ['clear-site-data', '"cache"'],
    ],
  })
}
