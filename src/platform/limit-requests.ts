import type { App } from '#app/app.ts'
import { isProblem, type Problem } from '#platform/problem.ts'
import type { Limit } from '#platform/limits.ts'

type Asked = { method: string; path: string; address: string; credentials: boolean }

const MINUTE = 60

/**
 * The refusal of a request that is one too many for its address. Whoever brings credentials may ask more, as a company may
 * stand behind one address; whether they are right shows later, and is then counted by `countStranger`. A vendor's messages
 * are not counted here, for they may come all at once; forged ones are, where they are refused.
 */
export async function tooManyFrom(app: App, asked: Asked): Promise<Problem | undefined> {
  if (asked.address === '' || asked.path.startsWith('/webhooks/')) return undefined
  try {
    if (asked.credentials || asked.path.startsWith('/assets/')) await app.rates.take(wide(app), asked.address)
    else await countStranger(app, asked)
    return undefined
  } catch (error) {
    if (isProblem(error)) return error
    throw error
  }
}

/** Counts a request of somebody who is not signed in, or whose credentials do not work. Throws `too_many_attempts`. */
export async function countStranger(
  app: Pick<App, 'rates' | 'config'>,
  { address, method }: { address: string; method: string },
): Promise<void> {
  const attempts = app.config.limits.requestsPerMinute
  await app.rates.take({ name: 'strangers', attempts, perSeconds: MINUTE }, address)
  if (method !== 'GET' && method !== 'HEAD')
    await app.rates.take({ name: 'strangers-change', attempts: Math.ceil(attempts / 10), perSeconds: MINUTE }, address)
}

const wide = ({ config }: App): Limit => ({
  name: 'requests',
  attempts: config.limits.requestsPerMinute * 20,
  perSeconds: MINUTE,
})
