import type { App } from '#app/app.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { Problem } from '#platform/problem.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import type { LegalEntity } from './seller.ts'
import { transferReference } from './transfer-reference.ts'

/** Where to send money for a document. Minor units of `currency`: what is open on it. */
export type TransferDetails = {
  holder: string
  iban: string
  bic: string | null
  /** What the customer writes into the transfer, by which staff find the document. */
  reference: string
  amountMinor: bigint
  currency: string
  dueAt: Temporal.Instant
  /** The buyer has said that they will transfer the money. */
  chosen: boolean
}

/** Whether money for such a document may come by transfer: a change waits for a day at most, which no bank keeps. */
const takesTransfers = (invoice: Invoice): boolean =>
  invoice.purpose !== 'change' && can(invoiceMachine, invoice, 'pay')

/** How the document is paid by transfer; undefined when its seller takes none, or nothing is to pay. The caller may see it. */
export async function findTransferDetails(app: App, invoice: Invoice): Promise<TransferDetails | undefined> {
  if (!takesTransfers(invoice)) return undefined
  const { bankHolder, bankIban, bankBic } = await app.db
    .selectFrom('legalEntities')
    .select(['bankHolder', 'bankIban', 'bankBic'])
    .where('id', '=', invoice.legalEntityId)
    .executeTakeFirstOrThrow()
  if (bankHolder === null || bankIban === null) return undefined
  return {
    holder: bankHolder,
    iban: bankIban,
    bic: bankBic,
    reference: transferReference(invoice),
    amountMinor: invoice.totalMinor - invoice.paidMinor,
    currency: invoice.currency,
    dueAt: invoice.dueAt,
    chosen: invoice.transferChosenAt !== null,
  }
}

/** Until when a transfer that is promised now is waited for. Throws `transfer_not_offered`. */
export function transferDeadline(seller: LegalEntity, now: Temporal.Instant): Temporal.Instant {
  if (seller.bankIban === null) throw notOffered()
  return now.add({ hours: seller.bankTransferDays * 24 })
}

/** Whether the buyer of a document said that they transfer its money, and the bank's days for it are not over. */
export async function isTransferAwaited(tx: Tx, invoiceId: string): Promise<boolean> {
  const { transferChosenAt, bankTransferDays } = await tx.db
    .selectFrom('invoices')
    .innerJoin('legalEntities', 'legalEntities.id', 'invoices.legalEntityId')
    .select(['transferChosenAt', 'bankTransferDays'])
    .where('invoices.id', '=', invoiceId)
    .executeTakeFirstOrThrow()
  if (transferChosenAt === null) return false
  return Temporal.Instant.compare(tx.now, transferChosenAt.add({ hours: bankTransferDays * 24 })) < 0
}

/**
 * Notes that the buyer of a locked document will transfer its money. One that waits for nothing but its payment, of an order or a
 * top-up, waits for the bank from then on; asked again, it waits no longer. Gives the document as it is now. Throws
 * `transfer_not_offered`.
 */
export async function noteTransferChosen(tx: Tx, invoice: Invoice): Promise<Invoice> {
  const seller = await tx.db
    .selectFrom('legalEntities')
    .selectAll()
    .where('id', '=', invoice.legalEntityId)
    .executeTakeFirstOrThrow()
  if (!takesTransfers(invoice)) throw notOffered()
  const deadline = transferDeadline(seller, tx.now)
  if (invoice.transferChosenAt !== null) return invoice
  const waits = invoice.purpose === 'order' || invoice.purpose === 'topup'
  const dueAt = waits && Temporal.Instant.compare(deadline, invoice.dueAt) > 0 ? deadline : invoice.dueAt
  const chosen = await tx.db
    .updateTable('invoices')
    .set({
      transferChosenAt: tx.now,
      dueAt,
      dueOn: waits ? dueAt.toZonedDateTimeISO(seller.timeZone).toPlainDate() : invoice.dueOn,
      updatedAt: tx.now,
    })
    .where('id', '=', invoice.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.emit('invoice.transfer_chosen', invoice.id, {
    customerId: invoice.customerId,
    before: { dueAt: invoice.dueAt.toString() },
    after: { dueAt: dueAt.toString() },
  })
  return chosen
}

const notOffered = (): Problem =>
  new Problem('conflict', 'transfer_not_offered', 'This cannot be paid by bank transfer. Please pay by card.')
