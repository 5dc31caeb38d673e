import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { readConfig } from '#app/config.ts'
import { createApp, type RunningApp } from '#app/create-app.ts'
import { type StripeSimulator, stripeSimulator } from '#integrations/stripe/stripe-simulator.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { createLog } from '#platform/log.ts'
import { isProblem } from '#platform/problem.ts'
import type { Bench } from './context.ts'
import { compareTimes, median, type Result } from './measure.ts'

const SECRET_KEY = 'sk_test_bench'
const PER_SECOND = 25
/** What is left to those who wait for their payment. */
const SHARE = 0.8
const PERSON_EVERY_MS = 700
const PERSON_WAITS_MS = 500
const { signal } = new AbortController()

/** So many answers are lost. What became of those charges is asked for after pauses that are not the pace's. */
const lostOf = (count: number): number => Math.ceil(count / 100)

type Stripe = { simulator: StripeSimulator; origin: string; close(): Promise<void> }

/**
 * B12: a night from end to end. Renewals that are due today are made and charged by a worker at the simulated Stripe, which
 * takes 25 writes a second of each kind over loopback and answers 429 to more; one card in fifty is refused and one answer in
 * a hundred is lost. The floor is the time that four fifths of the rate allow.
 */
export async function benchNight({ floor, databaseUrl }: Bench, count: number): Promise<Result[]> {
  await floor.query(
    'truncate customers, invoice_lines, invoice_taxes cascade; delete from queue.job; truncate call_paces',
  )
  const stripe = await openStripe()
  const config = readConfig(
    {
      LOG_LEVEL: 'silent',
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: 'whsec_bench',
      STRIPE_API_BASE: stripe.origin,
      STRIPE_REQUESTS_PER_SECOND: String(PER_SECOND),
    },
    'bench-secret-key-of-at-least-32-characters',
  )
  const app = await createApp(config, { databaseUrl, role: 'worker', log: createLog('silent') })
  try {
    const person = await generate(floor, stripe, count)
    stripe.simulator.dashboard.changeSettings({ limited: true, writesPerSecond: PER_SECOND })
    stripe.simulator.simulation.faults.push({
      path: '/v1/payment_intents',
      times: lostOf(count),
      action: { kind: 'drop', afterActing: true },
    })
    await app.work()
    const night = await passNight(app, floor, { count, person })
    const limited = stripe.simulator.dashboard.settings().limitedCount
    return present(count, night, limited)
  } finally {
    await app.close()
    await stripe.close()
  }
}

function present(count: number, { seconds, waits, failed }: Night, limited: number): Result[] {
  const charged = compareTimes([count / (PER_SECOND * SHARE)], [seconds])
  const waited = compareTimes([PERSON_WAITS_MS], [Math.max(...waits)])
  // Asking for more than is allowed is no way to be fast.
  const refused = limited > 0 ? { ratio: 0 } : {}
  return [
    {
      card: 'B12',
      metric: `a night of ${count} charges at ${PER_SECOND} requests/s`,
      unit: 's',
      ...charged,
      ...refused,
      // Short nights end with whoever is late; the ten thousand of a whole one do not notice.
      gate: 0.3,
      goal: 1 / 1.1,
      note: `floor is 80 % of the rate; ${failed} refused, ${limited} answers of 429`,
    },
    {
      card: 'B12',
      metric: 'a person pays meanwhile, the longest wait',
      unit: 'ms',
      ...waited,
      gate: 0.5,
      goal: 1,
      note: `floor is the limit; ${waits.length} payments, median ${median(waits).toFixed(0)} ms`,
    },
  ]
}

type Person = { gatewayCustomerId: string; gatewayMethodId: string }
type Night = { seconds: number; waits: number[]; failed: number }

async function passNight(
  app: RunningApp,
  floor: Bench['floor'],
  { count, person }: { count: number; person: Person },
): Promise<Night> {
  const waits: number[] = []
  const over = new AbortController()
  let people: Promise<void> | undefined
  let seconds = 0
  const began = performance.now()
  await renewSubscriptions.run(app, {}, signal)
  await runDunning.run(app, {}, signal)
  for (;;) {
    const { rows } = await floor.query<{ ended: number; failed: number }>(
      `select count(*) filter (where state <> 'pending')::int as ended, count(*) filter (where state = 'failed')::int as failed from payments`,
    )
    const { ended, failed } = rows[0]!
    // The answers that are lost are the first ones; nobody's wait is measured by them.
    if (ended > count / 20) people ??= payNowAndThen(app, person, { waits, signal: over.signal })
    if (ended >= count - lostOf(count) && seconds === 0) seconds = (performance.now() - began) / 1_000
    if (ended >= count) {
      over.abort()
      await people
      return { seconds, waits, failed }
    }
    if (performance.now() - began > (count / PER_SECOND) * 10_000 + 60_000)
      throw new Error(`${ended} of ${count} charges have ended`)
    await pause(50)
  }
}

/** Somebody who pays now and then with a saved card, for whom nobody may have to wait. */
async function payNowAndThen(
  app: RunningApp,
  person: Person,
  { waits, signal: over }: { waits: number[]; signal: AbortSignal },
): Promise<void> {
  for (let n = 1; !over.aborted; n += 1) {
    const began = performance.now()
    await chargeWhenLet(app, {
      key: `person-${n}`,
      ...person,
      paymentId: `pay_person_${n}`,
      customerId: 'cus_night_0',
      invoiceId: undefined,
      amountMinor: 500n,
      currency: 'EUR',
      description: 'A person',
    })
    waits.push(performance.now() - began)
    await pause(PERSON_EVERY_MS)
  }
}

/** Who is told to come back later does, which counts as waiting. */
async function chargeWhenLet(
  app: RunningApp,
  charge: Parameters<RunningApp['paymentGateway']['charge']>[0],
): Promise<void> {
  for (;;) {
    try {
      await app.paymentGateway.charge(charge)
      return
    } catch (error) {
      if (!isProblem(error) || error.retryAfterSeconds === undefined) throw error
      await pause(error.retryAfterSeconds * 1_000)
    }
  }
}

async function openStripe(): Promise<Stripe> {
  const simulator = stripeSimulator({
    secretKey: SECRET_KEY,
    webhookSecret: 'whsec_bench',
    publicUrl: 'http://stripe.localhost',
  })
  const server = await new Promise<ReturnType<typeof serve>>((done) => {
    const opened = serve({ fetch: simulator.app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
      done(opened)
    })
  })
  return {
    simulator,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await simulator.close()
    },
  }
}

/** Customers with a saved card and a server that renews today; and a person besides. */
async function generate(floor: Bench['floor'], stripe: Stripe, count: number): Promise<Person> {
  const ask = async (path: string, form: Record<string, string>): Promise<{ id: string }> => {
    const answer = await stripe.simulator.fetch(`http://stripe.localhost/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET_KEY}` },
      body: new URLSearchParams(form),
    })
    return (await answer.json()) as { id: string }
  }
  const save = async (card: string): Promise<Person> => {
    const customer = await ask('customers', { name: 'Customer' })
    const method = await ask(`payment_methods/${card}/attach`, { customer: customer.id })
    return { gatewayCustomerId: customer.id, gatewayMethodId: method.id }
  }
  const saved: Person[] = []
  for (let n = 0; n < count; n += 1)
    saved.push(await save(n % 50 === 49 ? 'pm_card_chargeCustomerFail' : 'pm_card_visa'))
  const rows = JSON.stringify(saved.map((each, n) => ({ n, ...each })))
  const told = `jsonb_to_recordset($1::jsonb) as t (n int, "gatewayCustomerId" text, "gatewayMethodId" text)`
  for (const statement of [
    `insert into customers (id, name, email, address_line1, postal_code, city, country, currency, locale, members_need_second_factor, auto_pay, created_at, updated_at)
      select 'cus_night_' || n, 'Customer ' || n, 'night-' || n || '@example.com', 'Street 1', '10115', 'Berlin', 'DE', 'EUR', 'en', false, true, now(), now() from ${told}`,
    `insert into gateway_customers (customer_id, gateway, gateway_customer_id, created_at) select 'cus_night_' || n, 'stripe', "gatewayCustomerId", now() from ${told}`,
    `insert into payment_methods (id, customer_id, gateway, gateway_method_id, kind, brand, last_four, is_default, created_at)
      select 'pmt_night_' || n, 'cus_night_' || n, 'stripe', "gatewayMethodId", 'card', 'visa', '4242', true, now() from ${told}`,
    `insert into subscriptions (id, customer_id, plan_id, legal_entity_id, state, description, currency, amount_minor, interval_unit, interval_count,
        anchor, periods, current_period_start, current_period_end, billed_until, next_billing_on, billed_by, periods_elsewhere, created_at, updated_at)
      select 'sub_night_' || n, 'cus_night_' || n, (select id from plans order by id limit 1), (select id from legal_entities limit 1), 'active', 'VPS Starter',
        'EUR', 900, 'day', 30, current_date - 30, 1, current_date - 30, current_date, current_date, current_date, 'us', 0, now(), now() from ${told}`,
    `insert into subscription_items (id, subscription_id, position, kind, description, quantity, unit_minor, amount_minor)
      select 'sit_night_' || n, 'sub_night_' || n, 0, 'plan', 'VPS Starter', 1, 900, 900 from ${told}`,
  ])
    await floor.query(statement, [rows])
  return save('pm_card_visa')
}
