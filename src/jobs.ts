import { runProcedure } from '#platform/procedure.ts'
import type { Job } from '#platform/queue.ts'

/** Every job of this release; a worker finds the one a queued message names here. */
export const jobs: readonly Job<never>[] = [runProcedure] as unknown as readonly Job<never>[]
