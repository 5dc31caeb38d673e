import type { Stripe } from 'stripe'
import { z } from 'zod'
import type { GatewayEvent } from '#modules/billing/payment-gateway.ts'
import { ask } from './stripe-errors.ts'
import { presentEvent, StripeEvent } from './stripe-event.ts'
import { Page, PAGE_SIZE } from './stripe-pages.ts'

const Ids = Page(z.object({ id: z.string() }))

/** The id of the newest event made before `second`, if Stripe still has one. */
async function lastBefore(stripe: Stripe, second: number): Promise<string | undefined> {
  const page = await ask(Ids, () => stripe.events.list({ created: { lt: second }, limit: 1 }))
  return page.data[0]?.id
}

/** The oldest event since `second`. Stripe can only tell by being walked through to its end. */
async function oldestSince(stripe: Stripe, second: number): Promise<string | undefined> {
  let oldest: string | undefined
  for (;;) {
    const cursor = oldest === undefined ? {} : { starting_after: oldest }
    const page = await ask(Ids, () => stripe.events.list({ created: { gte: second }, limit: PAGE_SIZE, ...cursor }))
    oldest = page.data.at(-1)?.id ?? oldest
    if (!page.has_more || page.data.length === 0) return oldest
  }
}

/**
 * See `PaymentGateway.listEvents`. Stripe lists the newest first, so the list is entered at its old end and climbed page by
 * page with `ending_before`: one page is held at a time, and what happens meanwhile is met at the top.
 */
export async function* eventsSince(stripe: Stripe, since: Temporal.Instant): AsyncGenerator<GatewayEvent> {
  const second = Math.floor(since.epochMilliseconds / 1000)
  let below = await lastBefore(stripe, second)
  if (below === undefined) {
    const oldest = await oldestSince(stripe, second)
    if (oldest === undefined) return
    yield presentEvent(await ask(StripeEvent, () => stripe.events.retrieve(oldest)))
    below = oldest
  }
  for (;;) {
    const cursor: string = below
    const page = await ask(Page(StripeEvent), () => stripe.events.list({ ending_before: cursor, limit: PAGE_SIZE }))
    yield* page.data.toReversed().map(presentEvent)
    below = page.data[0]?.id ?? below
    if (!page.has_more || page.data.length === 0) return
  }
}
