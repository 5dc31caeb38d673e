type Waiting<T, R> = { item: T; done: (result: R) => void; failed: (error: unknown) => void }

/**
 * Lets many callers share one trip to the database: what arrives while one is under way goes out with the next. A caller
 * hears of its own trip only, after its commit, so durability is that of a single write. `flush` gives the results in the
 * order of the items. At most two trips run at once.
 */
export function groupCommit<T, R = void>(
  flush: (items: T[]) => Promise<R[] | void>,
  limits = { items: 500, flushes: 2 },
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = []
  let running = 0

  async function next(): Promise<void> {
    if (waiting.length === 0 || running >= limits.flushes) return
    const batch = waiting.slice(0, limits.items)
    waiting = waiting.slice(limits.items)
    running += 1
    try {
      const results = await flush(batch.map(({ item }) => item))
      for (const [index, { done }] of batch.entries()) done((results as R[] | undefined)?.[index] as R)
    } catch (error) {
      for (const { failed } of batch) failed(error)
    } finally {
      running -= 1
      void next()
    }
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed })
      // The others of this turn of the event loop come along.
      if (waiting.length === 1) setImmediate(() => void next())
    })
}
