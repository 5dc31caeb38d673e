import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import type { Job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

/** Seconds until the hour has room again, and until what works on the server now is done. */
const WAITS: ReadonlyMap<string, number> = new Map([
  ['termination_needs_approval', 900],
  ['action_running', 30],
])

/**
 * Does what nobody waits for to each of these servers, in a transaction each. While an action runs on one, its end is waited
 * for; above the hourly number of terminations, a turn or a person. `job` is then put off with the same payload, as often as it
 * takes, and finds those that are done as they are.
 */
export async function inTurn<P extends object>(
  app: App,
  actor: Actor,
  { job, payload }: { job: Job<P>; payload: P },
  serviceIds: readonly string[],
  act: (tx: Tx, serviceId: string) => Promise<unknown>,
): Promise<void> {
  const waits: number[] = []
  for (const serviceId of serviceIds) {
    const afterSeconds = await tryNow(() => app.transaction(actor, (tx) => act(tx, serviceId)))
    if (afterSeconds !== undefined) waits.push(afterSeconds)
  }
  if (waits.length === 0) return
  await app.transaction(actor, (tx) => tx.enqueue(job, payload, { afterSeconds: Math.min(...waits) }))
}

/** Gives after how many seconds to try again; undefined when it is done. */
async function tryNow(act: () => Promise<unknown>): Promise<number | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    const afterSeconds = isProblem(error) ? WAITS.get(error.code) : undefined
    if (afterSeconds === undefined) throw error
    return afterSeconds
  }
}
