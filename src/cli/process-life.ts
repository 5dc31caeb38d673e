import type { Log } from '#platform/log.ts'

const DRAIN_MS = 9_500

/** Tells the process that started this one that it is ready to serve. */
export function ready(role: string): void {
  process.send?.({ ready: role })
}

/**
 * Drains and ends when asked to (SIGTERM, SIGINT) or when the process that started this one is gone. What has not ended
 * after ten seconds is cut off: work is safe against that, people are not kept waiting.
 */
export function onStop(log: Log, drain: () => Promise<void>): void {
  let stopping = false
  const stop = (reason: string): void => {
    if (stopping) return
    stopping = true
    log.info({ reason }, 'stopping')
    setTimeout(() => process.exit(0), DRAIN_MS).unref()
    drain().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => {
    stop('SIGTERM')
  })
  // Ctrl-C reaches every process at the terminal; a part of `ez start` leaves the order of ending to its parent.
  process.on('SIGINT', () => {
    if (!process.send) stop('SIGINT')
  })
  if (process.send)
    process.on('disconnect', () => {
      stop('parent is gone')
    })
}
