import { createHmac } from 'node:crypto'
import type { App } from '#app/app.ts'

/** A message as Stripe sends it, about something we only store. */
export const stripeEvent = (id: string): string =>
  JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_764_000_000,
    livemode: false,
    type: 'customer.updated',
    data: { object: { id: 'cus_1', object: 'customer' } },
  })

export const nowSeconds = (app: App): number => Math.floor(app.clock.wallClock().epochMilliseconds / 1000)

/** The signature Stripe would send with this body; by another key or at another time, one it would not. */
export function signStripe(app: App, body: string, { seconds = nowSeconds(app), key = secretOf(app) } = {}): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`
}

const secretOf = (app: App): string => app.config.stripe.webhookSecrets[0]!.reveal()
