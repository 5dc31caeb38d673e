import type { MiddlewareHandler } from 'hono'
import type { Memory } from './stripe-simulator-memory.ts'
import { plannedError } from './stripe-simulator-refusal.ts'
import { changeSettings, settingsOf } from './stripe-simulator-settings.ts'

/** `/v1/checkout/sessions` of `/v1/checkout/sessions/cs_1/expire`: ids do not make another endpoint. */
const endpointOf = (path: string): string => path.replaceAll(/\/[a-z]+_[A-Za-z0-9_]*\d[A-Za-z0-9_]*/g, '/:id')

/** Takes so many writes a second for each endpoint and answers 429 to the rest; nothing has been done then. */
export function writeLimit(memory: Memory): MiddlewareHandler {
  const recent = new Map<string, number[]>()
  return async (c, next) => {
    const { limited, writesPerSecond, limitedCount } = settingsOf(memory)
    if (!limited || c.req.method === 'GET') return next()
    const endpoint = `${c.req.method} ${endpointOf(c.req.path)}`
    const now = memory.nowMs()
    const within = (recent.get(endpoint) ?? []).filter((at) => now - at < 1_000)
    const full = within.length >= writesPerSecond
    recent.set(endpoint, full ? within : [...within, now])
    if (!full) return next()
    changeSettings(memory, { limitedCount: limitedCount + 1 })
    return c.json({ error: plannedError(429) }, 429, {
      'stripe-should-retry': 'true',
      'stripe-rate-limited-reason': 'endpoint-rate',
      'retry-after': '1',
    })
  }
}
