import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import type { Job } from '#platform/queue.ts'
import type { Life } from './life.ts'
import { until } from './patient.ts'
import type { World } from './world.ts'

const NIGHTLY = [renewSubscriptions, runDunning, numberInvoices]
/** The schedule comes every minute; here it comes sooner, for nobody learns from waiting. */
const RING_MS = 3_000

/** Lets a day come and everything that is due on it be done, until `done` says that it is. Throws GaveUp. */
export async function passNight(
  world: World,
  day: Temporal.PlainDate,
  what: string,
  done: () => Promise<boolean>,
): Promise<void> {
  await world.inspector.goTo(day)
  await ringUntil(world, NIGHTLY, `${what} on ${day.toString()}`, done)
}

/** Rings the schedule's bell for these jobs again and again until `done`. Throws GaveUp. */
export async function ringUntil(
  { inspector }: World,
  jobs: readonly Job<Record<string, never>>[],
  what: string | (() => string),
  done: () => Promise<boolean>,
): Promise<void> {
  let rung = -RING_MS
  await until(what, async () => {
    if (await done()) return true
    if (performance.now() - rung < RING_MS) return undefined
    rung = performance.now()
    await inspector.ring(jobs)
    return undefined
  })
}

export type Agreed = { state: string; start: string; end: string; service: string }

/** How the agreement and its server stand. */
export async function agreementOf({ inspector }: World, life: Life): Promise<Agreed> {
  const [row] = await inspector.rows<Agreed>(
    `select s.state::text, s.current_period_start::text as start, s.current_period_end::text as end, v.state::text as service
    from subscriptions s join services v on v.subscription_id = s.id where s.id = $1`,
    [life.subscriptionId],
  )
  return row!
}

export type Renewal = {
  id: string
  state: string
  number: string | null
  paid: number
  total: number
  succeeded: number
  failed: number
  warned: boolean
}

/** The documents that renew the customer's server from a day on; there should never be two. */
export const renewalsOf = ({ inspector }: World, life: Life, dueOn: Temporal.PlainDate): Promise<Renewal[]> =>
  inspector.rows<Renewal>(
    `select i.id, i.state::text, i.number, i.paid_minor::int as paid, i.total_minor::int as total,
      (select count(*)::int from payments p where p.invoice_id = i.id and p.state = 'succeeded') as succeeded,
      (select count(*)::int from payments p where p.invoice_id = i.id and p.state = 'failed') as failed,
      exists (select from dunning_runs d where d.invoice_id = i.id and d.action = 'warn') as warned
    from invoices i where i.customer_id = $1 and i.purpose = 'renewal' and i.due_on = $2::date and i.state <> 'void'`,
    [life.customerId, dueOn.toString()],
  )

export const GOOD_CARD = 'pm_card_visa'
export const REFUSED_CARD = 'pm_card_chargeCustomerFail'

/** From now on the customer's bank answers every charge of the saved card as this test card of Stripe's does. */
export async function cardBecomes(world: World, life: Life, testMethod: string): Promise<void> {
  const { inspector, stripe, keys } = world
  const [row] = await inspector.rows<{ id: string }>(
    'select gateway_customer_id as id from gateway_customers where customer_id = $1',
    [life.customerId],
  )
  const answer = await fetch(`${stripe}/v1/payment_methods/${testMethod}/attach`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.STRIPE_SECRET_KEY}` },
    body: new URLSearchParams({ customer: row!.id }),
  })
  const attached = (await answer.json()) as { id: string }
  await inspector.rows(
    'update payment_methods set gateway_method_id = $1 where customer_id = $2 and is_default returning id',
    [attached.id, life.customerId],
  )
}
