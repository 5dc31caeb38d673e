/** The inside of Stripe's error envelope. */
export type StripeError = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  advice_code?: string
  charge?: string
  doc_url?: string
  payment_intent?: unknown
  setup_intent?: unknown
  payment_method?: unknown
}

/**
 * An answer that is no success. `executed` tells whether work had begun: only then is it kept for the idempotency key
 * and given again.
 */
export class Refusal extends Error {
  readonly status: number
  readonly error: StripeError
  readonly executed: boolean

  constructor(status: number, error: StripeError, options: { executed?: boolean } = {}) {
    super(error.message)
    this.name = 'Refusal'
    this.status = status
    this.error = error
    this.executed = options.executed ?? true
  }
}

export const isRefusal = (error: unknown): error is Refusal => error instanceof Refusal

export const docUrl = (code: string): string => `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`

/** A 400 about the request itself. */
export function invalid(message: string, facts: { code?: string; param?: string; executed?: boolean } = {}): Refusal {
  const { executed, ...rest } = facts
  const about = rest.code ? { ...rest, doc_url: docUrl(rest.code) } : rest
  return new Refusal(
    400,
    { type: 'invalid_request_error', message, ...about },
    executed === undefined ? {} : { executed },
  )
}

/** 404 when the id stands in the path, 400 when it stands in a parameter, as Stripe does. */
export function missing(noun: string, id: string, param = 'id'): Refusal {
  const error = {
    code: 'resource_missing',
    doc_url: docUrl('resource_missing'),
    message: `No such ${noun}: '${id}'`,
    param,
  }
  return new Refusal(param === 'id' ? 404 : 400, { type: 'invalid_request_error', ...error })
}

/** What the simulator says when it is told to answer with a status of its own accord. */
export function plannedError(status: number): StripeError {
  if (status === 429)
    return {
      type: 'rate_limit_error',
      code: 'rate_limit',
      message: 'Request rate limit exceeded. Learn more about rate limits at https://docs.stripe.com/rate-limits.',
    }
  if (status === 409)
    return {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: 'There is currently another in-progress request using this Idempotent Key.',
    }
  if (status === 402)
    return {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'generic_decline',
      message: 'Your card was declined.',
    }
  if (status >= 500) return { type: 'api_error', message: 'An unknown error occurred.' }
  return { type: 'invalid_request_error', message: `This request was refused with ${status} on request.` }
}
