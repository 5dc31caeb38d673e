import assert from 'node:assert/strict'
import { runChecks } from '#app/checks.ts'
import { checkRefunds } from '#modules/billing/check-refunds.ts'
import { endSubscriptions } from '#modules/billing/end-subscriptions.ts'
import { wakeChanges } from '#modules/billing/expire-changes.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { deleteBackups } from '#modules/provisioning/delete-backups.ts'
import { goTo } from '#test/support/billing-builders.ts'
import { createTestApp, type TestApp } from '#test/support/test-app.ts'
import { act, settleCard } from './act.ts'
import { Crew } from './crew.ts'
import { joinCustomer } from './join-customer.ts'
import type { Member } from './member.ts'
import { passNight } from './model-night.ts'
import { passToPerson } from './model-returns.ts'
import { Outside } from './outside.ts'
import { differencesOf, presentModel, readStanding } from './present.ts'
import { createRandom, type Random } from './random.ts'
import { type Tally, tallyOf } from './tally.ts'

export type Story = {
  seed: number
  customers: number
  days: number
  /** How many days lie between two looks at every invariant; 1 is every day. */
  checkEvery: number
}

type World = {
  app: TestApp
  crew: Crew
  random: Random
  outside: Outside
  members: Member[]
  story: Story
  disputesSuspend: boolean
}

/**
 * Lives some months of a small hosting business twice, in the product and in the model, and compares them every night. Throws
 * with the seed, the day and both sides when they differ, or when an invariant is broken. The same seed tells the same story.
 */
export async function simulate(story: Story): Promise<Tally> {
  const random = createRandom(story.seed)
  const house = await createTestApp()
  const crew = await Crew.open(house, random)
  const app: TestApp = { ...house, work: () => crew.work() }
  const first = Temporal.PlainDate.from('2027-01-20').add({ days: random.whole(0, 11) })
  const disputesSuspend = random.chance(0.5)
  await app.db.updateTable('legalEntities').set({ disputeSuspends: disputesSuspend }).execute()
  const world: World = { app, crew, random, outside: new Outside(app), members: [], story, disputesSuspend }
  try {
    // Now and then the clock jumps over a day, on which nobody did anything.
    for (let day = 0; day < story.days; day += random.chance(0.04) ? 2 : 1) {
      const today = first.add({ days: day })
      try {
        await liveDay(world, today, day)
      } catch (error) {
        throw new Error(`seed ${story.seed}, day ${day} (${today.toString()})`, { cause: error })
      }
    }
    return { ...tallyOf(world.members), killed: crew.killed }
  } finally {
    await crew.close()
    await house.close()
  }
}

async function liveDay(world: World, today: Temporal.PlainDate, day: number): Promise<void> {
  const { app, random, outside, members, story, disputesSuspend } = world
  goTo(app, today)
  app.stripe.simulation.faults.length = 0
  const wanted = Math.ceil((story.customers * Math.min(day + 1, 5)) / 5)
  const living = members.filter(({ model }) => !model.isTerminated).length
  if (living < wanted) await outside.deliver()
  for (let missing = wanted - living; missing > 0; missing -= 1)
    members.push(await joinCustomer(app, random, { today, disputesSuspend }))
  disturb(world)
  world.crew.beginDay()
  for (const member of members)
    await act(app, random, member, { outside, today }).catch((cause: unknown) => {
      throw new Error(['An act failed', ...member.diary].join('\n'), { cause })
    })
  app.advance({ hours: 8 })
  await liveNight(world)
  for (const { model } of members) {
    passNight(model, today)
    passToPerson(model, today)
  }
  if (random.chance(0.4)) await outside.deliver()
  await compare(world)
  if (random.chance(0.06)) await passMidnightTwice(world, today)
  if (day % story.checkEvery === 0 || day >= story.days - 2) assert.deepEqual(await runChecks(app), [])
}

/** The clock goes back two hours just after midnight: what a day asks for is not done again when it begins a second time. */
async function passMidnightTwice(world: World, today: Temporal.PlainDate): Promise<void> {
  const { app, members } = world
  for (const member of members) await settleCard(app, member)
  app.advance({ hours: 4, minutes: 30 })
  await liveNight(world)
  for (const { model } of members) passNight(model, today.add({ days: 1 }), true)
  await compare(world)
  app.advance({ hours: -2 })
  await liveNight(world)
  // What was paid after midnight may be billed on at once.
  for (const { model } of members) passNight(model, today, true)
  await compare(world)
}

async function compare({ app, members }: World): Promise<void> {
  for (const { buyer, model, diary } of members) {
    const differences = differencesOf(await readStanding(app, buyer.customer.id), presentModel(model))
    if (differences.length > 0) throw new Error([buyer.customer.id, ...differences, ...diary].join('\n'))
  }
}

/** The gateway fails some of its calls, half of them after acting, and its messages come twice, late and out of order. */
function disturb({ app, random, outside }: World): void {
  app.stripe.webhooks.misbehave({ copies: random.chance(0.1) ? 2 : 1 })
  if (random.chance(0.2)) outside.hold()
  const { faults } = app.stripe.simulation
  while (random.chance(0.3)) {
    const afterActing = random.chance(0.5)
    const path = random.pick(['/v1/payment_intents', '/v1/checkout/sessions', '/v1/refunds', '/v1/'])
    const action = random.chance(0.5)
      ? ({ kind: 'drop', afterActing } as const)
      : ({ kind: 'answer', status: random.pick([429, 500, 503]), afterActing } as const)
    faults.push({ path, times: random.whole(1, 2), action })
  }
}

const NIGHTLY = [
  [wakeChanges, endSubscriptions, checkRefunds],
  [renewSubscriptions],
  [runDunning],
  [numberInvoices, numberCreditNotes, deleteBackups],
  // What the host takes its time for is looked at again the next minute.
  [deleteBackups],
]

/** The jobs of a night; now and then two workers run the same one at once. */
async function liveNight({ app, crew, random }: World): Promise<void> {
  for (const jobs of NIGHTLY) {
    if (random.chance(0.03)) app.advance({ hours: 1 })
    const twice = random.chance(0.2)
    for (const job of jobs)
      await Promise.all([crew.run(job), ...(twice ? [job.run(app, {}, new AbortController().signal)] : [])])
    await app.work()
  }
}
