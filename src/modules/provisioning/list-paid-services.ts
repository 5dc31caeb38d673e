import type { App } from '#app/app.ts'

/** The services of the agreements that documents bill; those that a refund corrects, or all that a payment was for. */
export async function listPaidServices(app: App, of: { refundId: string } | { paymentId: string }): Promise<string[]> {
  const documents =
    'refundId' in of
      ? app.db.selectFrom('refundDocuments').select('invoiceId').where('refundId', '=', of.refundId)
      : app.db.selectFrom('paymentAllocations').select('invoiceId').where('paymentId', '=', of.paymentId)
  const rows = await app.db
    .selectFrom('services')
    .select('id')
    .where('subscriptionId', 'in', (query) =>
      query
        .selectFrom('invoiceLines')
        .select((each) => each.ref('subscriptionId').$notNull().as('subscriptionId'))
        .where('kind', '=', 'plan')
        .where('subscriptionId', 'is not', null)
        .where('invoiceId', 'in', documents),
    )
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
