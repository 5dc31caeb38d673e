/** Which slice of a list: at most `limit` rows, after the one named by `after` (a cursor of an earlier page). */
export type PageFilter = { limit: number; after?: string | undefined }

/** A slice of a list. `next` is the cursor of the following one, undefined at the end. */
export type Page<T> = { rows: T[]; next: string | undefined }

/** Cuts the row read beyond the limit, which tells that there is more. */
export function pageOf<T>(
  rows: T[],
  limit: number,
  cursor: (row: T) => string = (row) => (row as { id: string }).id,
): Page<T> {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last !== undefined ? cursor(last) : undefined }
}
