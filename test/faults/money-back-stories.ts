import { checkRefunds } from '#modules/billing/check-refunds.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { createVisitor } from '#test/support/visitor.ts'
import { STAFF } from './inspector.ts'
import type { Life } from './life.ts'
import { ringUntil } from './night.ts'
import { until } from './patient.ts'
import { differences } from './purchase-story.ts'
import { livingOf, type Story } from './story.ts'
import type { World } from './world.ts'

/** So long a request takes at most, with all its tries. */
const LOST_MS = 25_000

type Paid = { id: string; intent: string; amount: number }

/** The customer's newest payment. */
async function lastPayment({ inspector }: World, { customerId }: Life): Promise<Paid> {
  const [row] = await inspector.rows<Paid>(
    `select id, gateway_payment_id as intent, amount_minor::int as amount from payments
    where customer_id = $1 and state = 'succeeded' order by id desc limit 1`,
    [customerId],
  )
  return row!
}

/** A page or a form of ours, tried again until it is answered. */
const patiently = <T extends { status: number }>(what: string, ask: () => Promise<T>): Promise<T> =>
  until(what, async () => {
    const page = await ask().catch(() => undefined)
    return page && page.status < 400 ? page : undefined
  })

type Sent = { id: string; state: string; sent: boolean; amount: number; noted: number | null; number: string | null }

/** Refunds of a payment, the newest first. */
const refundsOf = ({ inspector }: World, paymentId: string): Promise<Sent[]> =>
  inspector.rows<Sent>(
    `select r.id, r.state::text, r.sent_at is not null as sent, r.amount_minor::int as amount, n.total_minor::int as noted, n.number
    from refunds r left join credit_notes n on n.id = r.credit_note_id where r.payment_id = $1 order by r.id desc`,
    [paymentId],
  )

async function isAtStripe({ stripe, keys }: World, intent: string, refundId: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${keys.STRIPE_SECRET_KEY}` }
  const answer = await fetch(`${stripe}/v1/refunds?limit=100&payment_intent=${intent}`, { headers })
  const { data } = (await answer.json()) as { data: { metadata: Record<string, string> }[] }
  return data.some(({ metadata }) => Object.values(metadata).includes(refundId))
}

/** Staff ask for the refund on the page of the payment; the form that is not answered is sent again. */
async function askForRefund(world: World, paymentId: string): Promise<void> {
  const visitor = createVisitor({
    origin: world.web,
    config: { publicUrl: world.publicUrl },
    stripe: { fetch: () => Promise.reject(new Error('Nobody goes there')) },
  })
  const door = await patiently('the door of staff', () => visitor.open('/login'))
  await patiently('staff to be let in', () => door.press('Log in', STAFF))
  const page = await patiently('the page of the payment', () => visitor.open(`/staff/payments/${paymentId}`))
  await patiently('the refund to begin', () => page.press('Refund', { amount: '0.12', reason: 'Down for a day' }))
}

/**
 * Billing sends 0.12 of a payment back to the card, with a credit note. A request that was lost on its way is never sent
 * again: nobody can tell it from a lost answer, so it stays reserved until a person decides.
 */
export const refund: Story = {
  name: 'refund',
  moves: false,
  from: ['starter', 'grown'],
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const { id, intent } = await lastPayment(world, life)
    const before = (await refundsOf(world, id)).length
    await askForRefund(world, id)
    const began = performance.now()
    const isMissing = async (made: Sent | undefined): Promise<boolean> =>
      made?.state === 'pending' && made.sent && !(await isAtStripe(world, intent, made.id))
    const isLost = async (made: Sent): Promise<boolean> => {
      if (performance.now() - began < LOST_MS || !(await isMissing(made))) return false
      // A slow machine may be about to send it still.
      await world.inspector.rest()
      return isMissing((await refundsOf(world, id))[0])
    }
    const end = { lost: false }
    await ringUntil(world, [checkRefunds, numberCreditNotes], 'the refund', async () => {
      const [made] = await refundsOf(world, id)
      end.lost = made !== undefined && (await isLost(made))
      return end.lost || (made?.state === 'succeeded' && made.number !== null)
    })
    const { lost } = end
    const expected = lost
      ? { state: 'pending', amount: 12, noted: null }
      : { state: 'succeeded', amount: 12, noted: 12 }
    return {
      // What is reserved stays so; the next story wants a payment of its own.
      life: lost ? { ...life, standing: 'contested' } : life,
      mails: lost ? [] : ['refund-made'],
      judge: async () => {
        const all = await refundsOf(world, id)
        return [
          ...differences({ refunds: all.length }, { refunds: before + 1 }),
          ...differences(all[0], expected),
          ...(lost && (await isAtStripe(world, intent, all[0]!.id)) ? ['the lost refund was sent after all'] : []),
        ]
      },
    }
  },
}

/** The customer contests a payment at the bank, and we lose. */
export const dispute: Story = {
  name: 'dispute',
  moves: false,
  from: ['starter', 'grown'],
  async act(stage) {
    const { world } = stage
    const life = livingOf(stage)
    const { inspector } = world
    const { id, intent, amount } = await lastPayment(world, life)
    await press(world, '/payments/dispute', { id: intent, how: 'dispute' })
    const look = () =>
      inspector.rows<Record<string, string | number | null>>(
        `select count(*)::int as disputes, min(d.state::text) as state, min(d.withdrawn_minor)::int as withdrawn, min(d.gateway_dispute_id) as dispute,
          (select state::text from services where id = $2) as service,
          (select count(*)::int from notifications where template = 'staff-dispute' and subject_id = min(d.id)) as told
        from disputes d where d.payment_id = $1`,
        [id, life.serviceId],
      )
    await ringUntil(world, [], 'word of the dispute', async () => (await look())[0]?.['state'] === 'open')
    await press(world, '/payments/decide', { id: String((await look())[0]!['dispute']), verdict: 'lost' })
    await ringUntil(world, [], 'the verdict of the bank', async () => (await look())[0]?.['state'] === 'lost')
    const expected = { disputes: 1, state: 'lost', withdrawn: amount, service: 'active' }
    return {
      life: { ...life, standing: 'contested' },
      mails: [],
      judge: async () => differences((await look())[0], expected),
    }
  },
}

/** Presses a button of the simulators' console, which our faults do not reach. */
async function press(world: World, path: string, form: Record<string, string>): Promise<void> {
  const answer = await fetch(world.console + path, {
    method: 'POST',
    headers: { origin: world.console },
    body: new URLSearchParams(form),
    redirect: 'manual',
  })
  const note = new URL(answer.headers.get('location') ?? '/', world.console).searchParams.get('note')
  if (answer.status !== 303 || note?.startsWith('Nothing')) throw new Error(`${path} answered ${answer.status} ${note}`)
}
