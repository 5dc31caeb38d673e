import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { assert, Problem } from '#platform/problem.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyChange, lockSubscription } from './apply-change.ts'
import { type Change, changeMachine, PAYMENT_HOURS } from './change.ts'
import { type ChangeBasis, readChangeBasis } from './change-basis.ts'
import { ChangeDetail } from './change-detail.ts'
import { collectInvoice } from './collect-invoice.ts'
import { issueInvoice, type NewLine } from './issue-invoice.ts'
import { creditedBy, creditUnused, lockCorrected } from './credit-unused.ts'
import { lockOpenDocuments } from './lock-open-documents.ts'
import { requirePlace } from './require-place.ts'
import { findObstacle, ownerWhoChanges } from './require-changeable.ts'
import { taxDocument, type TaxTreatment } from './tax.ts'
import { closePaymentPage, findChange, findLiveChange, withdrawLocked } from './withdraw-change.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Accepts a quoted change, to the cent. What costs something is collected from credit and then from the saved way to pay, and
 * holds once it is paid; what does not holds at once and gives credit for the unused days, or waits for the end of the paid
 * period. Accepted twice it is one change. A change accepted before that does not hold yet is taken back; an open renewal is
 * taken back too and made anew. Throws `change_not_found`, `quote_stale`,
 * `subscription_changing`, and what requirePlace and findObstacle say.
 */
export async function acceptChange(app: App, actor: Actor, input: { changeId: string }): Promise<Change> {
  const owner = ownerWhoChanges(actor)
  const quoted = await findChange(app.db, input.changeId, owner)
  if (quoted.usedAt) return quoted
  await closePaymentPage(app, quoted.subscriptionId)
  return app.transaction(actor, async (tx) => {
    await holdCustomer(tx, quoted.customerId)
    await lockOpenDocuments(tx, quoted.subscriptionId)
    await lockCorrected(tx, quoted)
    await lockSubscription(tx, quoted.subscriptionId)
    // One that was made while the agreement was waited for.
    const documents = await lockOpenDocuments(tx, quoted.subscriptionId)
    const change = await findChange(tx.db, input.changeId, owner)
    if (change.usedAt) return change
    const basis = await requireFresh(tx, change, owner)
    const live = await findLiveChange(tx.db, change.subscriptionId)
    if (live) await withdrawLocked(tx, live, documents)
    for (const document of documents) if (document.purpose === 'renewal') await voidInvoice(tx, document)
    await requirePlace(tx, change, basis)
    await carryOut(app, tx, change, basis)
    return findChange(tx.db, change.id, owner)
  })
}

/** What one customer may have is counted while none of their orders and none of their other changes is taken. */
const holdCustomer = (tx: Tx, customerId: string): Promise<unknown> =>
  tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forNoKeyUpdate().execute()

async function requireFresh(tx: Tx, change: Change, owner: string | undefined): Promise<ChangeBasis> {
  if (Temporal.Instant.compare(change.expiresAt, tx.now) <= 0)
    throw new Problem('conflict', 'quote_stale', 'This quote has expired. Please look at the total again.')
  const basis = await readChangeBasis(tx.db, { subscriptionId: change.subscriptionId, owner, now: tx.now })
  const obstacle = findObstacle(basis)
  if (obstacle) throw obstacle
  if (basis.digest !== change.basis)
    throw new Problem('conflict', 'quote_stale', 'The subscription has changed since. Please look at the total again.')
  return basis
}

async function carryOut(app: App, tx: Tx, change: Change, basis: ChangeBasis): Promise<void> {
  if (Temporal.PlainDate.compare(change.startsOn, basis.today) > 0) {
    await transition(tx, changeMachine, change, 'schedule', { usedAt: tx.now })
    return
  }
  const detail = ChangeDetail.parse(change.detail)
  await creditUnused(tx, change, detail)
  // What begins a new period has a document that names it, even if nothing is left to pay.
  const documented = change.dueMinor > 0n || (change.newPeriod && change.amountMinor > 0n)
  const issued = documented ? await issueDocument(tx, change, detail, basis) : undefined
  if (!issued) return applyChange(tx, change, await lockSubscription(tx, change.subscriptionId))
  await transition(tx, changeMachine, change, 'await', {
    usedAt: tx.now,
    invoiceId: issued.invoiceId,
    lapsesAt: issued.dueAt,
  })
  // Nothing more is billed until it is known at which price.
  await tx.db
    .updateTable('subscriptions')
    .set({ nextBillingOn: null, updatedAt: tx.now })
    .where('id', '=', change.subscriptionId)
    .execute()
  await collectInvoice(app, tx, { invoiceId: issued.invoiceId })
}

type Issued = { invoiceId: string; dueAt: Temporal.Instant }

/** The document of a change. Where a new period costs less than what is given up for it, all of it is paid from that credit. */
async function issueDocument(
  tx: Tx,
  change: Change,
  detail: ChangeDetail,
  { customer, seller, subscription }: ChangeBasis,
): Promise<Issued> {
  const { inFull } = detail
  const lines = detail.charges
    .map((charge): NewLine => {
      const { kind, description, quantity, chargeMinor, dueMinor } = charge
      const reasons = {
        changeId: change.id,
        chargeMinor,
        creditMinor: String(BigInt(chargeMinor) - BigInt(dueMinor)),
        periods: detail.periods,
      }
      return { kind, description, quantity, amountMinor: BigInt(inFull ? chargeMinor : dueMinor), reasons }
    })
    .filter(({ kind, amountMinor }) => amountMinor > 0n || (change.newPeriod && kind === 'plan'))
  const dueAt = lapsesAt(tx.now, subscription.currentPeriodEnd, seller.timeZone)
  const treatment = change.treatment as TaxTreatment
  const invoiceId = await issueInvoice(tx, {
    customer,
    seller,
    treatment,
    currency: change.currency,
    lines,
    dueAt,
    purpose: 'change',
  })
  await tx.db
    .updateTable('invoiceLines')
    .set({ subscriptionId: change.subscriptionId })
    .where('invoiceId', '=', invoiceId)
    .execute()
  const amounts = lines.map(({ amountMinor }) => amountMinor)
  const { totalMinor } = taxDocument(amounts, treatment, seller.pricesIncludeTax)
  const chargedMinor = totalMinor - creditedBy(detail)
  assert(
    chargedMinor === change.dueMinor - change.creditMinor,
    `change ${change.id} is charged ${chargedMinor}, quoted ${change.dueMinor - change.creditMinor}`,
  )
  return { invoiceId, dueAt }
}

/** A change waits a day for its money, and not longer than until the period that is paid ends. */
function lapsesAt(now: Temporal.Instant, paidUntil: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  const dayLater = now.add({ hours: PAYMENT_HOURS })
  const end = paidUntil.toZonedDateTime(timeZone).toInstant()
  return Temporal.Instant.compare(dayLater, end) < 0 ? dayLater : end
}
