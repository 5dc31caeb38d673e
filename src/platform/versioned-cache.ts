/**
 * Keeps what `read` gave for as long as the version stays the same, one value for each `place` (a database). A failed
 * read is not kept.
 */
export function versionedCache<S, T>(
  read: (source: S) => Promise<T>,
): (place: object, source: S, version: bigint) => Promise<T> {
  const kept = new WeakMap<object, { version: bigint; value: T }>()
  return async (place, source, version) => {
    const found = kept.get(place)
    if (found?.version === version) return found.value
    const value = await read(source)
    kept.set(place, { version, value })
    return value
  }
}
