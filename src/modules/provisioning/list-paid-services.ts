import type { App } from '#app/app.ts'

/** The services of the agreements that documents bill: those that a refund corrects, or else all that its payment was for. */
export async function listPaidServices(app: App, of: { refundId: string } | { paymentId: string }): Promise<string[]> {
  const ids = 'refundId' in of ? await listRefunded(app, of.refundId) : await listPaid(app, of.paymentId)
  const documents = [...ids, '']
  const rows = await app.db
    .selectFrom('services')
    .select('id')
    .where('subscriptionId', 'in', (query) =>
      query
        .selectFrom('invoiceLines')
        .select((each) => each.ref('subscriptionId').$notNull().as('subscriptionId'))
        .where('subscriptionId', 'is not', null)
        .where('invoiceId', 'in', documents),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

const listPaid = async (app: App, paymentId: string): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('paymentAllocations')
    .select('invoiceId')
    .where('paymentId', '=', paymentId)
    .execute()
  return rows.map(({ invoiceId }) => invoiceId)
}

/** One that is paid out of credit, as its document was corrected before, corrects none. */
async function listRefunded(app: App, refundId: string): Promise<string[]> {
  const corrected = await app.db
    .selectFrom('refundDocuments')
    .select('invoiceId')
    .where('refundId', '=', refundId)
    .execute()
  if (corrected.length > 0) return corrected.map(({ invoiceId }) => invoiceId)
  const { paymentId } = await app.db
    .selectFrom('refunds')
    .select('paymentId')
    .where('id', '=', refundId)
    .executeTakeFirstOrThrow()
  return listPaid(app, paymentId)
}
