import type { Scheduled } from '#platform/queue.ts'

/** Clock → jobs. Minutes are UTC; what is due is decided by business time, inside the job. */
export const schedule: readonly Scheduled[] = []
