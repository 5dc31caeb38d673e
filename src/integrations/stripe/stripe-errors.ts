import { z } from 'zod'
import { Problem } from '#platform/problem.ts'

/** What the SDK's errors carry. Read by shape: its classes may exist twice when pages are bundled apart. */
const StripeFailure = z.object({
  type: z.string().startsWith('Stripe'),
  rawType: z.string().optional(),
  statusCode: z.int().optional(),
  code: z.string().optional(),
  param: z.string().optional(),
  requestId: z.string().optional(),
  headers: z.record(z.string(), z.unknown()).optional(),
})
type StripeFailure = z.output<typeof StripeFailure>

export const unavailable = (message: string, retryAfterSeconds?: number): Problem =>
  new Problem('unavailable', 'payment_gateway_unavailable', message, retryAfterSeconds ? { retryAfterSeconds } : {})

/** The facts support needs to find the request at Stripe. Stripe's own message stays out: it may repeat what was sent. */
function reference(failure: StripeFailure): string {
  const facts = [failure.code ?? failure.rawType ?? failure.type, failure.param, failure.requestId]
  return facts.filter((fact) => fact !== undefined).join(', ')
}

function problemOf(failure: StripeFailure): Problem {
  const { statusCode } = failure
  if (statusCode === undefined) return unavailable('Stripe did not answer.')
  const seconds = Number(failure.headers?.['retry-after'])
  const later = seconds > 0 ? seconds : undefined
  if (statusCode === 429) return unavailable(`Stripe asks us to slow down (${reference(failure)}).`, later)
  if (statusCode === 401 || statusCode === 403)
    return unavailable(`Stripe does not accept our key (${reference(failure)}).`)
  if (statusCode === 409 || statusCode === 424 || statusCode >= 500 || statusCode < 400)
    return unavailable(`Stripe could not work on it: ${statusCode} (${reference(failure)}).`, later)
  return new Problem('conflict', 'payment_refused', `Stripe refused the request (${reference(failure)}).`)
}

/** The HTTP status of an SDK error, or undefined when there was no answer or it is no SDK error. */
export const statusOf = (error: unknown): number | undefined => StripeFailure.safeParse(error).data?.statusCode

const RefusedCard = z.object({ type: z.string(), statusCode: z.literal(402), payment_intent: z.looseObject({}) })

/**
 * The intent that a refused card left behind, for which asking has had an outcome like any other. Throws every other
 * error on.
 */
export function refusedCard(error: unknown): unknown {
  const refusal = RefusedCard.safeParse(error)
  if (refusal.success) return refusal.data.payment_intent
  throw error
}

/**
 * Runs a call of the SDK and reads its answer with `schema`. Throws Problem('conflict', 'payment_refused') when Stripe
 * refuses and Problem('unavailable', 'payment_gateway_unavailable') when it is silent, busy, broken, refuses our key or
 * answers in a shape we do not know.
 */
export async function ask<T>(schema: z.ZodType<T>, call: () => Promise<unknown>): Promise<T> {
  const answer = await call().catch((error: unknown) => {
    const failure = StripeFailure.safeParse(error)
    throw failure.success ? problemOf(failure.data) : error
  })
  const read = schema.safeParse(answer)
  if (read.success) return read.data
  const fields = read.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ')
  throw unavailable(`Stripe answered in a shape we do not know (${fields}).`)
}
