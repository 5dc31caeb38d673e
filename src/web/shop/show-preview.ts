import { createContext, type MiddlewareFunction } from 'react-router'
import { readPreview } from '#modules/catalog/preview-catalog.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { appContext } from '../context.ts'
import { previewToken } from '../preview-cookie.ts'

/** What the bar of a preview says: which product's version is shown, and until when. */
type Shown = { name: { en: string; de: string }; number: number; until: string }

export const previewContext = createContext<Shown | null>(null)

/** Before every page of the shop: whoever looks at a preview finds the draft in place of what is for sale. */
export const showPreview: MiddlewareFunction<Response> = async ({ request, context }) => {
  const token = previewToken(request)
  if (token === undefined) return
  const app = context.get(appContext)
  const preview = await beyondOwnRows(() => readPreview(app, token))
  if (!preview) return
  const { catalog, number, document, until } = preview
  context.set(appContext, { ...app, previewed: catalog })
  context.set(previewContext, { name: document.name, number, until: until.toString() })
}
