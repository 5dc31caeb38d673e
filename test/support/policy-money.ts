import { createProduct } from '#modules/catalog/edit-draft.ts'
import { makePreview } from '#modules/catalog/preview-catalog.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { refundPayment } from '#modules/billing/refund-payment.ts'
import type { UserActor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { staffAs } from './actors.ts'
import type { TestApp } from './test-app.ts'

/** A cent of a paid invoice goes back as credit, and the bank inquires about its payment. */
export async function buildCorrection(
  app: TestApp,
  invoiceId: string,
): Promise<{ creditNoteId: string; disputeId: string }> {
  const payment = await app.db
    .selectFrom('payments')
    .selectAll()
    .where('invoiceId', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const { id: paymentId, customerId, currency } = payment
  const input = { paymentId, currency, amountMinor: 1n, reason: 'A cent', service: 'keep' } as const
  const { refund } = await refundPayment(app, staffAs('admin'), { ...input, destination: 'credit' })
  const disputeId = newId('dsp')
  const at = app.clock.now()
  await app.db
    .insertInto('disputes')
    .values({
      id: disputeId,
      paymentId,
      customerId,
      currency,
      gatewayDisputeId: disputeId,
      state: 'warning',
      amountMinor: 1n,
      withdrawnMinor: 0n,
      reason: 'general',
      postings: 0,
      createdAt: at,
      updatedAt: at,
    })
    .execute()
  return { creditNoteId: refund!.creditNoteId!, disputeId }
}

/** The agreement behind a server, and what a change of it would cost. */
export async function buildChange(app: TestApp, actor: UserActor, serviceId: string) {
  const { subscriptionId } = await app.db
    .selectFrom('services')
    .select('subscriptionId')
    .where('id', '=', serviceId)
    .executeTakeFirstOrThrow()
  const change = await quoteChange(app, actor, { subscriptionId, options: [{ code: 'backups', quantity: 1 }] })
  return { subscriptionId, changeId: change.id }
}

/** A product that is only a draft, the link that shows it, and a plan of what is for sale. */
export async function buildDraft(
  app: TestApp,
): Promise<{ productId: string; versionId: string; previewToken: string; planId: string }> {
  const slug = newId('prd').replace('_', '-')
  const words = { en: 'A draft', de: 'Ein Entwurf' }
  const { id: versionId, productId } = await createProduct(app, staffAs('admin'), { slug, name: words, summary: words })
  const { id: planId } = await app.db.selectFrom('plans').select('id').limit(1).executeTakeFirstOrThrow()
  return { planId, productId, versionId, previewToken: await makePreview(app, staffAs('admin'), { versionId }) }
}
