import { acceptChange } from '#modules/billing/accept-change.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { requestCancellation, undoCancellation } from '#modules/billing/request-cancellation.ts'
import { isProblem } from '#platform/problem.ts'
import type { TestApp } from '#test/support/test-app.ts'
import { type Configured, type Member, note } from './member.ts'
import type { ModelAgreement } from './model.ts'
import { cancel, canChange, change, undo } from './model-changes.ts'
import type { Random } from './random.ts'

/** What the catalogue of the demo sells, in euros: the same disk or a bigger one. */
const PLANS = [
  { slug: 'vps-starter', month: 900n, year: 8_600n },
  { slug: 'vps-professional', month: 2_900n, year: 27_800n },
  { slug: 'vps-enterprise', month: 9_900n, year: 95_000n },
] as const
const BACKUPS = { month: 200n, year: 1_900n }
const ADDRESS = { month: 300n, year: 2_900n }

const partsOf = ({ plan, backups, addresses, period }: Configured): bigint[] => [
  PLANS[plan]![period],
  ...(backups ? [BACKUPS[period]] : []),
  ...(addresses > 0 ? [ADDRESS[period] * BigInt(addresses)] : []),
]

/** A customer wants a bigger server, or more or less with it, or to pay by the year. */
export async function changeServer(
  app: TestApp,
  random: Random,
  member: Member,
  today: Temporal.PlainDate,
): Promise<void> {
  const { model, buyer, server } = member
  const agreement = model.agreements[0]!
  if (!canChange(model, agreement, today)) return
  const next: Configured = {
    plan: random.chance(0.2) ? Math.min(server.plan + 1, 2) : server.plan,
    backups: random.chance(0.5),
    addresses: random.pick([0, server.addresses, 1, 3, 8]),
    period: random.chance(0.1) ? random.pick(['month', 'year'] as const) : server.period,
  }
  if (JSON.stringify(next) === JSON.stringify(server)) return
  const subscriptionId = await findAgreement(app, member, agreement)
  const quote = await quoteChange(app, buyer.actor, {
    subscriptionId,
    plan: PLANS[next.plan]!.slug,
    period: next.period,
    options: [
      ...(next.backups ? [{ code: 'backups', quantity: 1 }] : []),
      ...(next.addresses > 0 ? [{ code: 'extra-addresses', quantity: next.addresses }] : []),
    ],
  })
  await patiently(() => acceptChange(app, buyer.actor, { changeId: quote.id }))
  await app.work()
  const wanted = { parts: partsOf(next), interval: { unit: next.period, count: 1 } }
  note(member, today, `wants ${JSON.stringify(next)}`)
  if (change(model, agreement, wanted, today) === 'refused') model.refusals -= 1
  // What nobody pays for does not come about: the server stays what it was.
  if (!agreement.pending) member.server = next
  else member.wished = next
}

/** Takes over what was paid for later. */
export function settleServer(member: Member): void {
  const agreement = member.model.agreements[0]!
  if (!member.wished || agreement.pending) return
  if (String(agreement.parts) === String(partsOf(member.wished))) member.server = member.wished
  delete member.wished
}

/** A customer cancels one of their agreements, or takes that back. */
export async function cancelOrUndo(
  app: TestApp,
  random: Random,
  member: Member,
  today: Temporal.PlainDate,
): Promise<void> {
  const { model, buyer } = member
  const running = model.agreements.filter(({ state }) => state !== 'cancelled')
  if (running.length === 0) return
  const agreement = random.pick(running)
  const subscriptionId = await findAgreement(app, member, agreement)
  const ends = agreement.cancelOn !== null
  if (ends && random.chance(0.8)) {
    await undoCancellation(app, buyer.actor, { subscriptionId })
    note(member, today, `takes the cancellation back`)
    undo(agreement)
  } else if (ends || random.chance(0.5)) {
    const when = ends || random.chance(0.2) ? 'now' : 'period_end'
    await requestCancellation(app, buyer.actor, { subscriptionId, when, reason: 'other' })
    note(member, today, `cancels ${agreement.currency} ${when}`)
    cancel(model, agreement, when, today)
  }
  await app.work()
}

async function findAgreement(app: TestApp, { buyer, model }: Member, wanted: ModelAgreement): Promise<string> {
  const rows = await app.db
    .selectFrom('subscriptions')
    .select('id')
    .where('customerId', '=', buyer.customer.id)
    .orderBy('id')
    .execute()
  return rows[model.agreements.indexOf(wanted)]!.id
}

/** More failures than a day is ever given. */
const MOST_TRIES = 30

/** A person whose page says that the gateway is away for a moment tries again. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      if (tries === MOST_TRIES || !isProblem(error) || error.kind !== 'unavailable') throw error
    }
  }
}
