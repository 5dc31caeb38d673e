import assert from 'node:assert/strict'
import { createServer } from '#app/create-server.ts'
import { newId } from '#platform/ids.ts'
import type { Bench } from './context.ts'
import { median, type Result } from './measure.ts'

/** Nobody can tell whether an account exists by a difference smaller than what a network adds. */
const ALLOWED_MS = 5

const questions: { name: string; path: string; body: (email: string) => object }[] = [
  { name: 'log-in', path: '/sessions', body: (email) => ({ email, password: 'a guess that is wrong' }) },
  {
    name: 'registration',
    path: '/users',
    body: (email) => ({ email, password: 'four random words here', name: 'Jane Doe' }),
  },
  { name: 'password reset', path: '/password-resets', body: (email) => ({ email }) },
  { name: 'verification again', path: '/users/resend-verification', body: (email) => ({ email }) },
]

/** How long answers about known and unknown addresses take, asked in turn; the medians must be alike and the answers equal. */
export async function benchEnumeration({ app }: Bench, samples: number): Promise<Result[]> {
  const server = createServer(app)
  const results: Result[] = []
  for (const { name, path, body } of questions) {
    await makeUsers(app, name, samples)
    const ask = async (email: string): Promise<{ ms: number; answer: string }> => {
      const request = new Request(`${app.config.publicUrl}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body(email)),
      })
      const began = performance.now()
      const response = await server.fetch(request)
      const text = await response.text()
      const ms = performance.now() - began
      // What names the request or repeats the address asked for is nobody's secret.
      return { ms, answer: `${response.status} ${text}`.replaceAll(email, '…').replaceAll(/req_\w+/g, '…') }
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let each = 0; each < samples; each += 1) {
      const [yes, no] = [await ask(knownEmail(name, each)), await ask(`stranger-${slug(name)}-${each}@example.com`)]
      assert.equal(yes.answer, no.answer, name)
      known.push(yes.ms)
      unknown.push(no.ms)
    }
    const gap = Math.abs(median(known) - median(unknown))
    const ratio = Math.min(99, ALLOWED_MS / gap)
    results.push({
      card: 'Enumeration',
      metric: `${name}: gap of medians, known against unknown`,
      unit: 'ms',
      floor: [ALLOWED_MS],
      product: [gap],
      ratio,
      best: ratio,
      gate: 1,
      goal: 2,
      noisy: false,
      note: `${2 * samples} samples; medians ${median(known).toFixed(1)} and ${median(unknown).toFixed(1)} ms`,
    })
  }
  return results
}

const slug = (name: string): string => name.replaceAll(' ', '-')
const knownEmail = (name: string, each: number): string => `known-${slug(name)}-${each}@example.com`

/** Users whose password is a guess nobody makes, each with a customer of their own. */
async function makeUsers(app: Bench['app'], name: string, count: number): Promise<void> {
  const at = { createdAt: app.clock.now(), updatedAt: app.clock.now() }
  const people = Array.from({ length: count }, (_each, index) => ({
    id: newId('usr'),
    customerId: newId('cus'),
    email: knownEmail(name, index),
  }))
  const passwordHash =
    '$argon2id$v=19$m=19456,t=2,p=1$BzBaz8K0vavf71axIV1LAA$wUfub90Hf7zuYjd++XZGqbuxFCSmZ1uNBmX9SsC7590'
  const someone = { name: 'Jane Doe', locale: 'en' as const, ...at }
  await app.db
    .insertInto('users')
    .values(people.map(({ id, email }) => ({ id, email, passwordHash, ...someone })))
    .execute()
  await app.db
    .insertInto('customers')
    .values(
      people.map(({ customerId, email }) => ({
        id: customerId,
        email,
        currency: 'EUR',
        membersNeedSecondFactor: false,
        autoPay: true,
        ...someone,
      })),
    )
    .execute()
  await app.db
    .insertInto('members')
    .values(people.map(({ id, customerId }) => ({ userId: id, customerId, role: 'owner', createdAt: at.createdAt })))
    .execute()
}
