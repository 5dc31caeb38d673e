import { openPage, payOnPage, signIn } from './buyer.ts'
import type { Life } from './life.ts'
import {
  agreementOf,
  cardBecomes,
  GOOD_CARD,
  passNight,
  REFUSED_CARD,
  type Renewal,
  renewalsOf,
  ringUntil,
} from './night.ts'
import { differences } from './purchase-story.ts'
import { livingOf, type Story } from './story.ts'
import type { World } from './world.ts'

const LEAD_DAYS = 14

const dueOf = async (world: World, life: Life): Promise<Temporal.PlainDate> =>
  Temporal.PlainDate.from((await agreementOf(world, life)).end)

const makeRenewal = (world: World, life: Life, dueOn: Temporal.PlainDate): Promise<void> =>
  passNight(
    world,
    dueOn.subtract({ days: LEAD_DAYS }),
    'the renewal',
    async () => (await renewalsOf(world, life, dueOn)).length > 0,
  )

const isSettled = (renewal: Renewal | undefined): boolean => renewal?.state === 'paid' && renewal.number !== null

/** What is not as it should be of the one document for a period, of its agreement and its server. */
async function judge(
  world: World,
  life: Life,
  dueOn: Temporal.PlainDate,
  expected: Record<string, string | number>,
): Promise<string[]> {
  const found = await renewalsOf(world, life, dueOn)
  if (found.length !== 1) return [`there are ${found.length} renewals for ${dueOn.toString()}`]
  const { state, succeeded, failed, paid, total } = found[0]!
  const { state: subscription, start, service } = await agreementOf(world, life)
  return differences({ state, succeeded, failed, open: total - paid, subscription, start, service }, expected)
}

/** The month ends: its renewal is made fourteen days before, charged on the day, and the next month begins. */
export const renew: Story = {
  name: 'renew',
  moves: true,
  from: ['starter'],
  prepare: ({ world, life }) => cardBecomes(world, life, GOOD_CARD),
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const dueOn = await dueOf(world, life)
    await makeRenewal(world, life, dueOn)
    await passNight(world, dueOn, 'its charge', async () => {
      const [renewal] = await renewalsOf(world, life, dueOn)
      return isSettled(renewal) && (await agreementOf(world, life)).start === dueOn.toString()
    })
    const expected = {
      state: 'paid',
      succeeded: 1,
      failed: 0,
      open: 0,
      subscription: 'active',
      start: dueOn.toString(),
      service: 'active',
    }
    return { life, mails: ['renewal-invoice', 'invoice-receipt'], judge: () => judge(world, life, dueOn, expected) }
  },
}

/** The card is refused on the day and three days later; there is a warning, and then the server is suspended. */
export const decline: Story = {
  name: 'decline',
  moves: true,
  from: ['starter'],
  async prepare({ world, life }) {
    await cardBecomes(world, life, REFUSED_CARD)
    await makeRenewal(world, life, await dueOf(world, life))
  },
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const { start, end } = await agreementOf(world, life)
    const dueOn = Temporal.PlainDate.from(end)
    const one = async (): Promise<Renewal | undefined> => (await renewalsOf(world, life, dueOn))[0]
    await passNight(world, dueOn, 'a refused charge', async () => (await one())?.failed === 1)
    await passNight(world, dueOn.add({ days: 3 }), 'a second one', async () => (await one())?.failed === 2)
    await passNight(world, dueOn.add({ days: 4 }), 'the warning', async () => (await one())?.warned === true)
    await passNight(
      world,
      dueOn.add({ days: 5 }),
      'the suspension',
      async () => (await agreementOf(world, life)).service === 'suspended',
    )
    const expected = {
      state: 'open',
      succeeded: 0,
      failed: 2,
      open: 900,
      subscription: 'past_due',
      start,
      service: 'suspended',
    }
    return {
      life: { ...life, standing: 'suspended' },
      mails: ['payment-failed', 'suspension-warning', 'service-suspended'],
      judge: () => judge(world, life, dueOn, expected),
    }
  },
}

/** What is owed is paid on a page while the server is suspended: it answers again, and a month begins today. */
export const payWhileSuspended: Story = {
  name: 'pay-suspended',
  moves: true,
  from: ['suspended'],
  // The last time may be so long ago that the session has ended.
  prepare: ({ life }) => signIn(life.client, life.email),
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const dueOn = await dueOf(world, life)
    const [owed] = await renewalsOf(world, life, dueOn)
    const opened = await openPage(life.client, owed!.id)
    await payOnPage(opened.url, life.email)
    await ringUntil(world, [], 'the server to answer again', async () => {
      const [renewal] = await renewalsOf(world, life, dueOn)
      return isSettled(renewal) && (await agreementOf(world, life)).service === 'active'
    })
    const expected = {
      state: 'paid',
      succeeded: 1,
      failed: 2,
      open: 0,
      subscription: 'active',
      start: world.inspector.today().toString(),
      service: 'active',
    }
    return {
      life: { ...life, standing: 'starter' },
      mails: ['invoice-receipt', 'service-resumed'],
      judge: () => judge(world, life, dueOn, expected),
    }
  },
}
