import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { ExampleGround } from './mail-examples.ts'

type Db = App['db']

/** How soon the example of an unpaid document is due. */
const DUE_IN_DAYS = 7

/** An order with its paid invoice, an unpaid renewal, and all that can happen to their money. */
export async function insertMoneyExamples(db: Db, ground: ExampleGround, subscriptionId: string) {
  const paidInvoice = await insertInvoice(db, ground, 'paid')
  const openInvoice = await insertInvoice(db, ground, 'open')
  const { order } = await insertOrder(db, ground, paidInvoice)
  const { payment, card } = await insertPayment(db, ground, openInvoice)
  const back = await insertMoneyBack(db, ground, { invoiceId: paidInvoice, paymentId: payment })
  const change = await insertChange(db, ground, subscriptionId)
  return { paidInvoice, openInvoice, order, payment, card, change, ...back }
}

async function insertInvoice(db: Db, ground: ExampleGround, state: 'paid' | 'open'): Promise<string> {
  const { now, customerId, sellerId, timeZone } = ground
  const id = newId('inv')
  const dueAt = now.add({ hours: 24 * DUE_IN_DAYS })
  const isPaid = state === 'paid'
  await db
    .insertInto('invoices')
    .values({
      id,
      customerId,
      legalEntityId: sellerId,
      state,
      purpose: isPaid ? 'order' : 'renewal',
      creditedMinor: 0n,
      currency: 'EUR',
      subtotalMinor: 1_000n,
      taxMinor: 190n,
      totalMinor: 1_190n,
      paidMinor: isPaid ? 1_190n : 0n,
      paidAt: isPaid ? now : null,
      seller: '{}',
      buyer: '{}',
      locale: 'en',
      dueAt,
      dueOn: dueAt.toZonedDateTimeISO(timeZone).toPlainDate(),
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await db
    .insertInto('invoiceLines')
    .values({
      id: newId('inl'),
      invoiceId: id,
      position: 0,
      kind: 'manual',
      description: 'VPS Starter, web1.example.com',
      quantity: 1,
      unitMinor: 1_000n,
      amountMinor: 1_000n,
      taxBasisPoints: 1_900,
      taxMinor: 190n,
      discountMinor: 0n,
      cause: 'order',
      released: false,
    })
    .execute()
  if (isPaid)
    await db
      .updateTable('invoices')
      .set({ series: id, sequence: 42, number: `EXAMPLE-000042`, issuedAt: now, contentHash: 'example' })
      .where('id', '=', id)
      .execute()
  return id
}

async function insertOrder(
  db: Db,
  { now, customerId, planId }: ExampleGround,
  invoiceId: string,
): Promise<{ order: string }> {
  const order = newId('ord')
  await db
    .insertInto('orders')
    .values({
      id: order,
      customerId,
      invoiceId,
      state: 'pending',
      currency: 'EUR',
      totalMinor: 1_190n,
      idempotencyKey: order,
      expiresAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await db
    .insertInto('orderItems')
    .values({
      id: newId('ori'),
      orderId: order,
      position: 0,
      planId,
      configuration: '{}',
      description: 'VPS Starter, web1.example.com',
      amountMinor: 1_190n,
    })
    .execute()
  return { order }
}

async function insertPayment(
  db: Db,
  { now, customerId }: ExampleGround,
  invoiceId: string,
): Promise<{ payment: string; card: string }> {
  const [payment, method] = [newId('pay'), newId('pmt')]
  await db
    .insertInto('paymentMethods')
    .values({
      id: method,
      customerId,
      gateway: 'stripe',
      gatewayMethodId: method,
      kind: 'card',
      brand: 'visa',
      lastFour: '4242',
      expiryMonth: 12,
      expiryYear: 2030,
      isDefault: true,
      createdAt: now,
    })
    .execute()
  await db
    .insertInto('payments')
    .values({
      id: payment,
      invoiceId,
      customerId,
      state: 'failed',
      gateway: 'stripe',
      channel: 'saved_method',
      paymentMethodId: method,
      amountMinor: 1_190n,
      refundedMinor: 0n,
      currency: 'EUR',
      expiresAt: now,
      failureCode: 'insufficient_funds',
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  return { payment, card: method }
}

/** A refund with its credit note, and a charge that is contested. */
async function insertMoneyBack(
  db: Db,
  { now, customerId, sellerId }: ExampleGround,
  { invoiceId, paymentId }: { invoiceId: string; paymentId: string },
) {
  const [creditNote, refund, dispute] = [newId('crn'), newId('ref'), newId('dsp')]
  const money = { customerId, currency: 'EUR', createdAt: now }
  await db
    .insertInto('creditNotes')
    .values({
      ...money,
      id: creditNote,
      legalEntityId: sellerId,
      invoiceId,
      series: creditNote,
      sequence: 7,
      number: 'EXAMPLE-CN-000007',
      issuedAt: now,
      contentHash: 'example',
      subtotalMinor: 500n,
      taxMinor: 95n,
      totalMinor: 595n,
      reason: 'Half of the month was without service',
      seller: '{}',
      buyer: '{}',
      locale: 'en',
    })
    .execute()
  await db
    .insertInto('refunds')
    .values({
      ...money,
      id: refund,
      paymentId,
      creditNoteId: creditNote,
      state: 'succeeded',
      amountMinor: 595n,
      reason: 'Half of the month was without service',
      imported: false,
      destination: 'gateway',
      service: 'keep',
      creditMinor: 0n,
      goodwillMinor: 0n,
      updatedAt: now,
    })
    .execute()
  await db
    .insertInto('disputes')
    .values({
      ...money,
      id: dispute,
      paymentId,
      gatewayDisputeId: dispute,
      state: 'open',
      amountMinor: 1_190n,
      withdrawnMinor: 1_190n,
      reason: 'fraudulent',
      postings: 0,
      evidenceDueAt: now.add({ hours: 24 * DUE_IN_DAYS }),
      updatedAt: now,
    })
    .execute()
  return { creditNote, refund, dispute }
}

async function insertChange(
  db: Db,
  { now, customerId, planId, timeZone }: ExampleGround,
  subscriptionId: string,
): Promise<string> {
  const id = newId('chq')
  const day = now.toZonedDateTimeISO(timeZone).toPlainDate()
  await db
    .insertInto('changeQuotes')
    .values({
      id,
      customerId,
      subscriptionId,
      planId,
      state: 'applied',
      wanted: '{}',
      intervalUnit: 'month',
      intervalCount: 1,
      items: '[]',
      description: 'VPS Professional',
      amountMinor: 2_900n,
      currency: 'EUR',
      startsOn: day,
      newPeriod: false,
      detail: '{}',
      taxBasisPoints: 1_900,
      treatment: '{}',
      dueMinor: 968n,
      creditMinor: 0n,
      creditTaxMinor: 0n,
      nextMinor: 2_900n,
      nextOn: day.add({ months: 1 }),
      basis: 'example',
      digest: 'example',
      expiresAt: now,
      usedAt: now,
      appliedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  return id
}
