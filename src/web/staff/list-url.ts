/** Rows of one page of a list. */
const PAGE_ROWS = 50
const CURSOR = /^[\w.-]{1,100}$/
const TEXT_LENGTH = 100

export type ListUrl = {
  page: { limit: number; after: string | undefined }
  /** What was typed into a field, trimmed; undefined when it is empty or not readable. */
  text: (name: string) => string | undefined
  /** A choice of a list; undefined when it is none of them. */
  one: <T extends string>(name: string, allowed: readonly T[]) => T | undefined
}

/** What the address of a list says: page, search, filters, order. Whatever is malformed counts as not said. */
export function readListUrl(request: Request): ListUrl {
  const search = new URL(request.url).searchParams
  const after = search.get('after') ?? ''
  return {
    page: { limit: PAGE_ROWS, after: CURSOR.test(after) ? after : undefined },
    text: (name) => {
      const text = (search.get(name) ?? '')
        .replaceAll(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, TEXT_LENGTH)
      return text === '' ? undefined : text
    },
    one: (name, allowed) => allowed.find((each) => each === search.get(name)),
  }
}
