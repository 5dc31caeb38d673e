type Waiting<T> = { item: T; done: () => void; failed: (error: unknown) => void }

/**
 * Lets many callers share one commit: what arrives while a flush runs goes out with the next one. A caller hears of
 * success only after its own flush, so durability is that of a single write. At most two flushes run at once.
 */
export function groupCommit<T>(
  flush: (items: T[]) => Promise<void>,
  limits = { items: 500, flushes: 2 },
): (item: T) => Promise<void> {
  let waiting: Waiting<T>[] = []
  let running = 0

  async function next(): Promise<void> {
    if (waiting.length === 0 || running >= limits.flushes) return
    const batch = waiting.slice(0, limits.items)
    waiting = waiting.slice(limits.items)
    running += 1
    try {
      await flush(batch.map(({ item }) => item))
      for (const { done } of batch) done()
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
