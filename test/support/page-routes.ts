import webRoutes from '#web/routes.ts'

type Branch = { path?: string | undefined; file: string; children?: Branch[] | undefined }

/** A page as the router knows it: the pattern of its whole address, and the file that answers. */
export type PageRoute = { pattern: string; file: string }

/** Every page of web/routes.ts, those we only see while developing included. */
export const pageRoutes: readonly PageRoute[] = webRoutes.flatMap((each) => pagesUnder(each, ''))

function pagesUnder({ path, file, children }: Branch, above: string): PageRoute[] {
  const pattern = path === undefined ? above : `${above}/${path}`
  return children ? children.flatMap((each) => pagesUnder(each, pattern)) : [{ pattern, file }]
}
