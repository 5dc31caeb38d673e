import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import type { DisputeState } from '#platform/schema.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockPayment } from './billing-queries.ts'
import { listSuspendedByDispute } from './dispute-policy.ts'
import { type Dispute, disputeMachine } from './dispute.ts'
import { disputeMoved, post } from './ledger.ts'
import type { Payment } from './payment.ts'
import type { GatewayDispute } from './payment-gateway.ts'

const actor = system('stripe')
const VERBS = { open: 'contest', won: 'win', lost: 'lose', warning_closed: 'close' } as const satisfies Partial<
  Record<DisputeState, string>
>

/**
 * Takes over how a contested charge stands now: its row, the books (money the bank withdrew is in `disputes` until it is
 * decided, and a bad debt when it is lost), and what the policy of product and seller wants for the service. Twice or in any order it has
 * one effect. Gives what speaks against taking it over, in words.
 */
export async function importDispute(
  app: App,
  payment: Payment,
  read: () => Promise<GatewayDispute>,
): Promise<string | undefined> {
  for (;;) {
    const before = await findDispute(app.db, payment.id)
    const said = await read()
    const note = mismatchOf(app, payment, said)
    if (note) return note
    const seen = before.find(({ gatewayDisputeId }) => gatewayDisputeId === said.gatewayDisputeId)
    if (await app.transaction(actor, (tx) => record(tx, payment, seen, said))) return undefined
  }
}

const findDispute = (db: App['db'], paymentId: string): Promise<Dispute[]> =>
  db.selectFrom('disputes').selectAll().where('paymentId', '=', paymentId).execute()

/** False when somebody else recorded something since `seen` was read: what the gateway said may be older than that. */
async function record(tx: Tx, { id }: Payment, seen: Dispute | undefined, said: GatewayDispute): Promise<boolean> {
  const payment = await lockPayment(tx, id)
  const now = (await findDispute(tx.db, id)).find(({ gatewayDisputeId }) => gatewayDisputeId === said.gatewayDisputeId)
  if (now?.postings !== seen?.postings || now?.state !== seen?.state) return false
  const dispute = now ? await moveOn(tx, now, said) : await insert(tx, payment, said)
  await book(tx, now, dispute)
  return true
}

async function insert(tx: Tx, { id: paymentId, customerId }: Payment, said: GatewayDispute): Promise<Dispute> {
  const dispute = await tx.db
    .insertInto('disputes')
    .values({
      id: newId('dsp'),
      paymentId,
      customerId,
      gatewayDisputeId: said.gatewayDisputeId,
      state: said.state,
      amountMinor: said.amountMinor,
      withdrawnMinor: -said.withdrawnMinor,
      currency: said.currency,
      reason: said.reason,
      evidenceDueAt: said.evidenceDueAt ?? null,
      postings: 0,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.emit(`dispute.${said.state}`, dispute.id, {
    customerId,
    after: {
      paymentId,
      state: said.state,
      amountMinor: said.amountMinor,
      currency: said.currency,
      reason: said.reason,
    },
  })
  await followPolicy(tx, dispute)
  return dispute
}

async function moveOn(tx: Tx, dispute: Dispute, said: GatewayDispute): Promise<Dispute> {
  const changes = {
    withdrawnMinor: -said.withdrawnMinor,
    amountMinor: said.amountMinor,
    reason: said.reason,
    evidenceDueAt: said.evidenceDueAt ?? null,
  }
  const verb = said.state === 'warning' ? undefined : VERBS[said.state]
  if (verb !== undefined && can(disputeMachine, dispute, verb)) {
    const moved = await transition(tx, disputeMachine, dispute, verb, changes)
    await followPolicy(tx, moved)
    return moved
  }
  return tx.db
    .updateTable('disputes')
    .set({ ...changes, updatedAt: tx.now })
    .where('id', '=', dispute.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Unless product or seller say otherwise a dispute is only told to staff; nothing is refunded by itself. */
async function followPolicy(tx: Tx, { id, customerId, paymentId, state }: Dispute): Promise<void> {
  if (state !== 'open') return
  const suspended = await listSuspendedByDispute(tx.db, paymentId)
  if (suspended.length > 0) await tx.emit('dispute.suspension_due', id, { customerId, after: { paymentId } })
}

/** Where contested money sits: with the bank while it is undecided, gone once it is lost. */
const heldBy = (dispute: Dispute | undefined): { disputes: bigint; badDebt: bigint } =>
  dispute?.state === 'lost'
    ? { disputes: 0n, badDebt: dispute.withdrawnMinor }
    : { disputes: dispute?.withdrawnMinor ?? 0n, badDebt: 0n }

async function book(tx: Tx, before: Dispute | undefined, after: Dispute): Promise<void> {
  const from = heldBy(before)
  const to = heldBy(after)
  const moved = { disputes: to.disputes - from.disputes, badDebt: to.badDebt - from.badDebt }
  if (moved.disputes === 0n && moved.badDebt === 0n) return
  await post(tx, [disputeMoved(after, moved)])
  await tx.db
    .updateTable('disputes')
    .set({ postings: after.postings + 1 })
    .where('id', '=', after.id)
    .execute()
}

function mismatchOf(app: App, payment: Payment, said: GatewayDispute): string | undefined {
  if (said.livemode !== app.config.stripe.live) return 'it is of another mode'
  if (said.currency !== payment.currency) return `it is in ${said.currency}, not in ${payment.currency}`
  if (said.amountMinor > payment.amountMinor) return `it is over ${said.amountMinor}, more than payment ${payment.id}`
  return undefined
}
