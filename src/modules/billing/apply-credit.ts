import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { countAsPaid } from './apply-payment.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { creditUsed, post } from './ledger.ts'
import type { PaymentGateway } from './payment-gateway.ts'

/** A customer's credit pays a document of theirs as far as it goes, by itself, before any card is asked. */
export const applyCreditLater = job({
  name: 'billing.apply-credit',
  queue: 'billing',
  payload: z.object({ invoiceId: z.string() }),
  async run(app, { invoiceId }) {
    await app.transaction(system('billing'), async (tx) => {
      const invoice = await lockInvoice(tx, invoiceId)
      // Somebody is paying it this moment, and must not be asked for less than what their page says.
      if (await findPendingPayment(tx.db, invoiceId)) return
      await applyCredit(tx, invoice, app.paymentGateway)
    })
  },
})

/** What of a document is left to be paid by other ways is never less than this gateway charges. */
type Least = Pick<PaymentGateway, 'leastMinor'>

/** How much of credit pays of what is open: all of it where it is enough, else no more than leaves a rest that can be charged. Minor units. */
export function creditToUse({ open, credit, least }: { open: bigint; credit: bigint; least: bigint }): bigint {
  if (credit >= open) return open
  // Of a document that cannot be charged anyhow, the less is left the better.
  return open < least || open - credit >= least ? credit : open - least
}

/**
 * Pays a locked document from the customer's credit in its currency, the oldest grant first, as far as it goes, though never so
 * far that the rest is too little to be charged. A document that
 * asks for credit itself is left alone; one over nothing, because coupons made it free, is paid at once. Gives how much was used,
 * in minor units.
 */
export async function applyCredit(tx: Tx, invoice: Invoice, gateway: Least): Promise<bigint> {
  if (invoice.purpose === 'topup' || !can(invoiceMachine, invoice, 'pay')) return 0n
  if (invoice.totalMinor === 0n) {
    await countAsPaid(tx, invoice, 0n)
    return 0n
  }
  const grants = await tx.db
    .selectFrom('creditGrants')
    .select(['id', 'remainingMinor'])
    .where('customerId', '=', invoice.customerId)
    .where('currency', '=', invoice.currency)
    .where('remainingMinor', '>', 0n)
    .orderBy('id')
    .forUpdate()
    .execute()
  const used = creditToUse({
    open: invoice.totalMinor - invoice.paidMinor,
    credit: grants.reduce((sum, { remainingMinor }) => sum + remainingMinor, 0n),
    least: gateway.leastMinor(invoice.currency),
  })
  let left = used
  for (const grant of grants) {
    if (left === 0n) break
    const amountMinor = grant.remainingMinor < left ? grant.remainingMinor : left
    await useGrant(tx, invoice, grant.id, amountMinor)
    left -= amountMinor
  }
  if (used > 0n) await countAsPaid(tx, invoice, used)
  return used
}

async function useGrant(tx: Tx, invoice: Invoice, grantId: string, amountMinor: bigint): Promise<void> {
  const { customerId, currency } = invoice
  const id = newId('cru')
  await tx.db
    .updateTable('creditGrants')
    .set(({ eb }) => ({ remainingMinor: eb('remainingMinor', '-', amountMinor) }))
    .where('id', '=', grantId)
    .execute()
  await tx.db
    .insertInto('creditUses')
    .values({ id, grantId, customerId, invoiceId: invoice.id, amountMinor, createdAt: tx.now })
    .execute()
  await post(tx, [creditUsed({ id, customerId, currency, amountMinor })])
  await tx.emit('credit.used', grantId, { customerId, after: { invoiceId: invoice.id, amountMinor, currency } })
}
