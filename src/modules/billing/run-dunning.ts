import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { DunningAction } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCredit } from './apply-credit.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { beginPaidPeriods } from './begin-paid-periods.ts'
import { collectInvoice, isTooSmall } from './collect-invoice.ts'
import { type DunningRun, type DunningStep, dueSteps, stepsFor } from './dunning-policy.ts'
import { fallDue } from './fall-due.ts'
import type { Invoice } from './invoice.ts'
import { isUnderWay } from './payment.ts'
import { isTransferAwaited } from './transfer.ts'

const actor = system('billing')
const CHUNK = 200

/** A document whose day has come, with what its seller's policy says and what was done about it. */
type Due = Pick<Invoice, 'id' | 'customerId' | 'purpose' | 'dueOn' | 'suspendHoldUntil' | 'createdAt'> & {
  legalEntityId: string
  timeZone: string
  taken: { day: number; action: DunningAction; on: string }[]
}

/**
 * Takes the steps that are due for open documents: reminds, charges, warns, and asks for suspension and termination. Each step
 * is taken once per document and noted with it in one transaction; safe at any moment, twice, in parallel, and to kill.
 */
export const runDunning = job({
  name: 'billing.run-dunning',
  queue: 'billing',
  payload: z.object({}),
  async run(app, _payload, signal) {
    const steps = await app.db.selectFrom('dunningSteps').selectAll().execute()
    const policies = Map.groupBy(steps, (step) => step.legalEntityId)
    while (!signal.aborted && (await runChunk(app, policies)) > 0);
  },
})

async function runChunk(app: App, policies: ReadonlyMap<string, DunningStep[]>): Promise<number> {
  return app.transaction(actor, async (tx) => {
    const { rows } = await sql<Due>`
      select i.id, i.customer_id, i.purpose, i.legal_entity_id, i.due_on, i.suspend_hold_until, i.created_at, e.time_zone,
        coalesce((select jsonb_agg(jsonb_build_object('day', d.day, 'action', d.action, 'on', (d.ran_at at time zone e.time_zone)::date))
          from dunning_runs d where d.invoice_id = i.id), '[]') as taken
      from invoices i join legal_entities e on e.id = i.legal_entity_id
      where i.next_dunning_on <= (${tx.now}::timestamptz at time zone e.time_zone)::date
      order by i.next_dunning_on, i.id limit ${CHUNK} for update of i skip locked`.execute(tx.db)
    for (const due of rows) await takeSteps(app, tx, due, policies.get(due.legalEntityId) ?? [])
    return rows.length
  })
}

async function takeSteps(app: App, tx: Tx, due: Due, policy: DunningStep[]): Promise<void> {
  const dayOf = (at: Temporal.Instant): Temporal.PlainDate => at.toZonedDateTimeISO(due.timeZone).toPlainDate()
  const today = dayOf(tx.now)
  const taken: DunningRun[] = due.taken.map((run) => ({ ...run, on: Temporal.PlainDate.from(run.on) }))
  const { steps, skipped, nextOn } = dueSteps({
    policy: stepsFor(policy, due.purpose),
    taken,
    dueOn: due.dueOn,
    madeOn: dayOf(due.createdAt),
    today,
    holdUntil: due.suspendHoldUntil,
  })
  await tx.db.updateTable('invoices').set({ nextDunningOn: nextOn }).where('id', '=', due.id).execute()
  const isLate = Temporal.PlainDate.compare(due.dueOn, today) < 0
  if (isLate && !isTooSmall(app, await lockInvoice(tx, due.id))) await fallDue(tx, due.id)
  for (const step of skipped) await note(tx, due.id, step, 'skipped')
  for (const step of steps) {
    const outcome = await take(app, tx, due, step)
    if (outcome === 'waits') await lookAgainOn(tx, due.id, today.add({ days: 1 }))
    else await note(tx, due.id, step, outcome)
  }
}

/**
 * Takes one step and gives what became of it; one that `waits` is taken another day. Whoever acts on it looks again whether the
 * document is still open.
 */
async function take(app: App, tx: Tx, { id, customerId }: Due, { action, day }: DunningStep): Promise<string> {
  switch (action) {
    case 'charge':
    case 'retry':
      return collect(app, tx, id)
    case 'remind':
    case 'warn':
    case 'final_warning':
      if (await isSettled(tx, id)) return 'not_open'
      if (action !== 'remind' && isTooSmall(app, await lockInvoice(tx, id))) return 'too_small'
      if (await isBeingCharged(tx, id)) return 'waits'
      await tx.emit(`invoice.${EVENTS[action]}`, id, { customerId, after: { day } })
      return 'sent'
    case 'suspend':
    case 'terminate':
      if (await isSettled(tx, id)) return 'not_open'
      if (await isBeingCharged(tx, id)) return 'waits'
      // Whoever has the money with us is not suspended for the want of it.
      await applyCredit(tx, await lockInvoice(tx, id), app.paymentGateway)
      if (await isSettled(tx, id)) return 'paid'
      if (isTooSmall(app, await lockInvoice(tx, id))) return 'too_small'
      if (await isTransferAwaited(tx, id)) return 'waits'
      await tx.emit(`invoice.${EVENTS[action]}`, id, { customerId, after: { day } })
      return 'asked'
  }
}

/**
 * A rest nobody can pay by card stops nothing: it stays open, and the period begins as if it were paid. A bank transfer that was
 * promised has its own deadline: until then the card is left alone, and then it is charged after all.
 */
async function collect(app: App, tx: Tx, invoiceId: string): Promise<string> {
  const outcome = await collectInvoice(app, tx, { invoiceId })
  if (outcome === 'too_small') await beginPaidPeriods(tx, await lockInvoice(tx, invoiceId))
  return outcome === 'transfer_promised' ? 'waits' : outcome
}

const EVENTS = {
  remind: 'reminder_due',
  warn: 'suspension_warning_due',
  final_warning: 'termination_warning_due',
  suspend: 'suspension_due',
  terminate: 'termination_due',
} as const

/** Credit of this very run may have paid it. */
async function isSettled(tx: Tx, invoiceId: string): Promise<boolean> {
  const open = await tx.db
    .selectFrom('invoices')
    .select('id')
    .where('id', '=', invoiceId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return open === undefined
}

/**
 * A charge of ours under way, be it of this very run or a direct debit that takes days, is nothing to warn about, and suspends
 * nobody; nor is a direct debit begun on a page. A page that somebody only opened is no reason to wait.
 */
async function isBeingCharged(tx: Tx, invoiceId: string): Promise<boolean> {
  const pending = await findPendingPayment(tx.db, invoiceId)
  return pending !== undefined && isUnderWay(pending)
}

const lookAgainOn = (tx: Tx, invoiceId: string, day: Temporal.PlainDate): Promise<unknown> =>
  tx.db
    .updateTable('invoices')
    .set({ nextDunningOn: day })
    .where('id', '=', invoiceId)
    .where('state', '=', 'open')
    .execute()

const note = (tx: Tx, invoiceId: string, { day, action }: DunningStep, outcome: string): Promise<unknown> =>
  tx.db.insertInto('dunningRuns').values({ invoiceId, day, action, outcome, ranAt: tx.now }).execute()
