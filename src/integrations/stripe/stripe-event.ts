import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { GatewayEvent } from '#modules/billing/payment-gateway.ts'
import { Problem } from '#platform/problem.ts'
import { readMetadata } from './stripe-metadata.ts'

const MAX_AGE_SECONDS = 300

const Refusal = z.looseObject({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish()

/** What we read of an event, whoever brought it; its object is kept whole. */
export const StripeEvent = z.object({
  id: z.string().startsWith('evt_'),
  object: z.literal('event'),
  type: z.string(),
  created: z.int(),
  livemode: z.boolean(),
  account: z.string().optional(),
  data: z.object({
    object: z.looseObject({
      id: z.string().default(''),
      object: z.string(),
      metadata: z.record(z.string(), z.string()).nullish(),
      failure_code: z.string().nullish(),
      outcome: z.looseObject({ reason: z.string().nullish() }).nullish(),
      parent: z
        .looseObject({ subscription_details: z.looseObject({ subscription: z.unknown() }).nullish() })
        .nullish()
        .catch(null),
      last_payment_error: Refusal,
      last_setup_error: Refusal,
    }),
  }),
})

const refused = (why: string): Problem => new Problem('invalid', 'webhook_refused', `The webhook was refused: ${why}.`)

/** The body as text that stands for exactly these bytes, so that the signature is checked over what was sent. */
function exactText(rawBody: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody)
  } catch {
    throw refused('its body is not UTF-8')
  }
}

/** The SDK compares every v1 value in constant time; with a rolled secret any of ours may fit. */
function signedEvent(
  webhooks: Stripe['webhooks'],
  body: string,
  signature: string,
  secrets: string[],
  nowMs: number,
): unknown {
  for (const secret of secrets) {
    try {
      return webhooks.constructEvent(body, signature, secret, MAX_AGE_SECONDS, undefined, nowMs)
    } catch {
      continue
    }
  }
  throw refused('its signature is wrong, older than five minutes, or of a kind we do not take')
}

/** See `PaymentGateway.verifyEvent`. The body is never repeated in a refusal. */
export function readEvent(
  webhooks: Stripe['webhooks'],
  input: { rawBody: Uint8Array; signature: string | undefined; secrets: string[]; nowMs: number },
): GatewayEvent {
  if (!input.signature) throw refused('it is not signed')
  const signed = signedEvent(webhooks, exactText(input.rawBody), input.signature, input.secrets, input.nowMs)
  const event = StripeEvent.safeParse(signed)
  if (!event.success) throw refused('it is signed, but its shape is unknown')
  return presentEvent(event.data)
}

const Expanded = z.object({ id: z.string() })

/** The id of an object that may be expanded. */
const idOf = (named: unknown): string | undefined =>
  typeof named === 'string' ? named : Expanded.safeParse(named).data?.id

export function presentEvent({
  id,
  type,
  created,
  livemode,
  account,
  data,
}: z.output<typeof StripeEvent>): GatewayEvent {
  const about = data.object
  const failure = about.last_payment_error ?? about.last_setup_error
  return {
    id,
    type,
    createdAt: Temporal.Instant.fromEpochMilliseconds(created * 1000),
    livemode,
    account,
    objectId: about.id,
    checkoutSessionId: about.object === 'checkout.session' ? about.id : undefined,
    gatewaySubscriptionId:
      about.object === 'subscription' ? about.id : idOf(about.parent?.subscription_details?.subscription),
    paymentId: readMetadata(about.metadata).paymentId,
    failureCode: failure?.decline_code ?? failure?.code ?? about.outcome?.reason ?? about.failure_code ?? undefined,
    object: about.id === '' ? undefined : about,
  }
}
