import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import type { Job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

/** Until the hour has room again, and until what works on the server now is done. */
const WAITS: ReadonlyMap<string, number> = new Map([
  ['termination_needs_approval', 900],
  ['action_running', 30],
])

/**
 * Terminates what nobody waits for. Above the hourly number of terminations it waits its turn, or for a person; while an action
 * runs on the server, for its end: `job` is then put off with the same payload. Gives whether it was done now.
 */
export async function terminateInTurn<P extends object>(
  app: App,
  actor: Actor,
  { job, payload }: { job: Job<P>; payload: P },
  terminate: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  try {
    await app.transaction(actor, terminate)
    return true
  } catch (error) {
    const afterSeconds = isProblem(error) ? WAITS.get(error.code) : undefined
    if (afterSeconds === undefined) throw error
    await app.transaction(actor, (tx) => tx.enqueue(job, payload, { afterSeconds }))
    return false
  }
}
