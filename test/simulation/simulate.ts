import assert from 'node:assert/strict'
import { runChecks } from '#app/checks.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { goTo } from '#test/support/billing-builders.ts'
import { createTestApp, type TestApp } from '#test/support/test-app.ts'
import { act } from './act.ts'
import { joinCustomer, type Member } from './join-customer.ts'
import { passNight, presentModel } from './model.ts'
import { createRandom, type Random } from './random.ts'
import { readStanding } from './standing.ts'

export type Story = {
  seed: number
  customers: number
  days: number
  /** How many days lie between two looks at every invariant; 1 is every day. */
  checkEvery: number
}

/** What a story had in it, so that one in which nothing happened proves nothing. */
export type Tally = { paid: number; open: number; void: number; suspended: number; terminated: number }

/**
 * Lives some months of a small hosting business twice, in the product and in the model, and compares them every night. Throws
 * with the seed, the day and both sides when they differ, or when an invariant is broken. The same seed tells the same story.
 */
export async function simulate(story: Story): Promise<Tally> {
  const random = createRandom(story.seed)
  const app = await createTestApp()
  const first = Temporal.PlainDate.from('2027-01-20').add({ days: random.whole(0, 11) })
  const members: Member[] = []
  try {
    for (let day = 0; day < story.days; day += 1) {
      const today = first.add({ days: day })
      try {
        await liveDay(app, random, { story, members, today, day })
      } catch (error) {
        throw new Error(`seed ${story.seed}, day ${day} (${today.toString()})`, { cause: error })
      }
    }
    return tallyOf(members)
  } finally {
    await app.close()
  }
}

function tallyOf(members: readonly Member[]): Tally {
  const documents = members.flatMap(({ model }) => model.documents)
  const count = (state: string): number => documents.filter((document) => document.state === state).length
  return {
    paid: count('paid'),
    open: count('open'),
    void: count('void'),
    suspended: documents.filter(({ suspended }) => suspended).length,
    terminated: members.filter(({ model }) => model.service === 'terminated').length,
  }
}

async function liveDay(
  app: TestApp,
  random: Random,
  { story, members, today, day }: { story: Story; members: Member[]; today: Temporal.PlainDate; day: number },
): Promise<void> {
  goTo(app, today)
  app.stripe.simulation.faults.length = 0
  const wanted = Math.ceil((story.customers * Math.min(day + 1, 5)) / 5)
  if (members.length < wanted) await app.stripe.deliverReordered()
  while (members.length < wanted) members.push(await joinCustomer(app, random, today))
  disturb(app, random)
  for (const member of members) await act(app, random, member, today)
  await liveNight(app, random)
  if (random.chance(0.4)) await app.stripe.deliverReordered()
  await app.work()
  for (const { model } of members) passNight(model, today)
  for (const { buyer, model } of members)
    assert.deepEqual(await readStanding(app, buyer.customer.id), presentModel(model), buyer.customer.id)
  if (day % story.checkEvery === 0 || day === story.days - 1) assert.deepEqual(await runChecks(app), [])
}

/** The gateway fails some of its calls, half of them after acting, and its messages come twice, late and out of order. */
function disturb(app: TestApp, random: Random): void {
  app.stripe.webhooks.misbehave({ copies: random.chance(0.1) ? 2 : 1 })
  if (random.chance(0.2)) app.stripe.webhooks.hold()
  const { faults } = app.stripe.simulation
  while (random.chance(0.3)) {
    const afterActing = random.chance(0.5)
    const path = random.pick(['/v1/payment_intents', '/v1/checkout/sessions', '/v1/'])
    const action = random.chance(0.5)
      ? ({ kind: 'drop', afterActing } as const)
      : ({ kind: 'answer', status: random.pick([429, 500, 503]), afterActing } as const)
    faults.push({ path, times: random.whole(1, 2), action })
  }
}

/** The jobs of a night; now and then two workers run the same one at once. */
async function liveNight(app: TestApp, random: Random): Promise<void> {
  const { signal } = new AbortController()
  for (const job of [renewSubscriptions, runDunning, numberInvoices]) {
    const times = random.chance(0.2) ? 2 : 1
    await Promise.all(Array.from({ length: times }, () => job.run(app, {}, signal)))
    await app.work()
  }
}
