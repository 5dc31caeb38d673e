import type { KeptAnswer, Memory } from './stripe-simulator-memory.ts'
import { Refusal } from './stripe-simulator-refusal.ts'

/** `executed` tells whether work had begun: only such an answer is kept for its key. */
export type Answer = { status: number; body: unknown; requestId: string; executed: boolean }

export type Once = {
  /**
   * Runs `execute` once for a key within a day; later calls get the first answer and `replayed`. Throws Stripe's 400
   * for the same key with another request, and its 409 while the first is still at work.
   */
  run(
    request: { key: string; endpoint: string; form: string },
    execute: () => Answer,
  ): Promise<Answer & { replayed: boolean }>
  setLatency(ms: number): void
}

const KEY_LIFE_MS = 24 * 3_600_000

function mismatch(kept: KeptAnswer, endpoint: string): Refusal {
  const other = `Try using a key other than '${kept.key}' if you meant to execute a different request.`
  const message =
    kept.endpoint === endpoint
      ? `Keys for idempotent requests can only be used with the same parameters they were first used with. ${other}`
      : `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${endpoint}' vs '${kept.endpoint}'). ${other}`
  return new Refusal(400, { type: 'idempotency_error', message })
}

const inUse = (key: string): Refusal =>
  new Refusal(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
  })

export function createOnce(memory: Memory): Once {
  const inFlight = new Set<string>()
  let latencyMs = 0
  for (const kept of memory.answers.values())
    if (memory.nowMs() - kept.atMs >= KEY_LIFE_MS) memory.answers.delete(kept.key)

  /** The work and the memory of its answer are saved together, so that no crash can part them. */
  const workOnce = (request: { key: string; endpoint: string; form: string }, execute: () => Answer): Answer =>
    memory.store.atomically(() => {
      const { executed, ...given } = execute()
      if (executed) memory.answers.set(request.key, { ...request, ...given, atMs: memory.nowMs() })
      return { ...given, executed }
    })

  return {
    run: async (request, execute) => {
      const { key, endpoint, form } = request
      if (key.length > 255)
        throw new Refusal(400, {
          type: 'idempotency_error',
          message: 'Idempotency keys must be at most 255 characters.',
        })
      const kept = memory.answers.get(key)
      if (kept && memory.nowMs() - kept.atMs < KEY_LIFE_MS) {
        if (kept.endpoint !== endpoint || kept.form !== form) throw mismatch(kept, endpoint)
        return { ...kept, executed: true, replayed: true }
      }
      if (inFlight.has(key)) throw inUse(key)
      inFlight.add(key)
      try {
        if (latencyMs > 0) await new Promise((done) => setTimeout(done, latencyMs))
        return { ...workOnce(request, execute), replayed: false }
      } finally {
        inFlight.delete(key)
      }
    },
    setLatency: (ms) => {
      latencyMs = ms
    },
  }
}
