/** How long a look at the offer holds: shared pages are at most so old, in every process. */
const LOOK_MS = 500

/**
 * Knows whether what is for sale has changed since shared pages were made. It looks at most twice a second, and only while
 * pages are asked for; `expire` makes the next one look.
 */
export function createOfferWatch(readVersion: () => Promise<bigint>, changed: () => void) {
  let lookedAt = Number.NEGATIVE_INFINITY
  let known: bigint | undefined
  return {
    /** The count of changes as of now or half a second ago; `changed` was told before it is given. */
    async look(): Promise<bigint | undefined> {
      if (performance.now() - lookedAt < LOOK_MS) return known
      lookedAt = performance.now()
      const version = await readVersion()
      if (known !== undefined && version !== known) changed()
      known = version
      return version
    },
    expire: (): void => {
      lookedAt = Number.NEGATIVE_INFINITY
    },
    /** Whether a page that was begun at this count is still as the offer is, as far as is known. */
    isCurrent: (version: bigint | undefined): boolean => version === known,
  }
}
