import { buildRepricingItem } from './repricing-builders.ts'
import { openSession } from '#modules/accounts/open-session.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { anonymous } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { buildSavedCard } from './billing-builders.ts'
import { tester } from './builders.ts'
import { buildActiveService } from './provisioning-builders.ts'
import { buildProof } from './proof-builders.ts'
import type { TestApp } from './test-app.ts'

/** The least of a story that every mail can be written about; `hostile` is part of what people and plans are called. */
export async function mailStory(app: TestApp, hostile: string) {
  await registerCustomer(app, anonymous, { email: 'j@example.com', password: 'a quiet river', name: 'J', locale: 'en' })
  const user = await app.db
    .selectFrom('users')
    .selectAll()
    .where('email', '=', 'j@example.com')
    .executeTakeFirstOrThrow()
  const token = await app.db
    .selectFrom('userTokens')
    .selectAll()
    .where('userId', '=', user.id)
    .executeTakeFirstOrThrow()
  const member = await app.db.selectFrom('members').selectAll().where('userId', '=', user.id).executeTakeFirstOrThrow()
  const plan = await app.db.selectFrom('plans').select('id').limit(1).executeTakeFirstOrThrow()
  const seller = await app.db.selectFrom('legalEntities').select('id').executeTakeFirstOrThrow()
  const now = Temporal.Instant.from('2026-11-23T23:30:00Z')
  const times = { createdAt: now, updatedAt: now }
  const { customerId } = member
  const [invoiceId, orderId] = [newId('inv'), newId('ord')]
  await app.db
    .insertInto('invoices')
    .values({
      id: invoiceId,
      customerId,
      legalEntityId: seller.id,
      state: 'paid',
      purpose: 'order',
      creditedMinor: 0n,
      currency: 'EUR',
      subtotalMinor: 100_000n,
      taxMinor: 19_000n,
      totalMinor: 119_000n,
      paidMinor: 119_000n,
      seller: '{}',
      buyer: '{}',
      locale: 'en',
      dueAt: now,
      dueOn: now.toZonedDateTimeISO('Europe/Berlin').toPlainDate(),
      paidAt: now,
      ...times,
    })
    .execute()
  await app.db
    .insertInto('invoiceLines')
    .values({
      id: newId('inl'),
      invoiceId,
      position: 1,
      kind: 'plan',
      description: `VPS ${hostile}`,
      quantity: 1,
      unitMinor: 100_000n,
      amountMinor: 100_000n,
      taxBasisPoints: 1900,
      taxMinor: 19_000n,
      discountMinor: 0n,
      cause: 'order',
      released: false,
    })
    .execute()
  await app.db
    .updateTable('invoices')
    .set({ series: 'TEST-', sequence: 7, number: 'TEST-7', issuedAt: now, contentHash: 'x' })
    .where('id', '=', invoiceId)
    .execute()
  await app.db
    .insertInto('orders')
    .values({
      id: orderId,
      customerId,
      invoiceId,
      state: 'pending',
      currency: 'EUR',
      totalMinor: 119_000n,
      idempotencyKey: 'k',
      expiresAt: now,
      ...times,
    })
    .execute()
  await app.db
    .insertInto('orderItems')
    .values({
      id: newId('ori'),
      orderId,
      position: 1,
      planId: plan.id,
      configuration: '{}',
      description: `VPS ${hostile}`,
      amountMinor: 119_000n,
    })
    .execute()
  const { id: serviceId, subscriptionId } = await buildActiveService(app, {
    customerId,
    hostname: 'web1.example.com',
    sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g jane',
  })
  const { address } = await app.db
    .selectFrom('addresses')
    .select('address')
    .where('serviceId', '=', serviceId)
    .executeTakeFirstOrThrow()
  const paymentId = newId('pay')
  await app.db
    .insertInto('payments')
    .values({
      id: paymentId,
      invoiceId,
      customerId,
      state: 'failed',
      gateway: 'stripe',
      channel: 'saved_method',
      amountMinor: 119_000n,
      refundedMinor: 0n,
      currency: 'EUR',
      expiresAt: now,
      failureCode: 'insufficient_funds',
      ...times,
    })
    .execute()
  const moneyBack = await tellOfMoneyBack(app, { customerId, invoiceId, paymentId, legalEntityId: seller.id, now })
  const changeId = await buildChange(app, { customerId, subscriptionId, planId: plan.id }, hostile)
  const invitationId = newId('ivt')
  await app.db
    .insertInto('invitations')
    .values({
      id: invitationId,
      customerId,
      email: 'friend@example.com',
      state: 'pending',
      serviceId,
      actions: ['service.read'],
      lentDays: 7,
      invitedBy: user.id,
      expiresAt: now.add({ hours: 168 }),
      ...times,
    })
    .execute()
  const tokenId = newId('tok')
  await app.db
    .insertInto('apiTokens')
    .values({
      id: tokenId,
      userId: user.id,
      customerId,
      name: 'Backup',
      tokenHash: 'x',
      lastFour: 'abcd',
      scopes: [],
      addresses: [],
      createdAt: now,
    })
    .execute()
  const session = await app.transaction(tester, (tx) => openSession(app, tx, { userId: user.id, method: 'password' }))
  const sessionId = session!.sessionId
  return {
    user,
    token,
    customerId,
    invoiceId,
    paymentId,
    paymentMethodId: await buildSavedCard(app, { customerId }),
    orderId,
    serviceId,
    subscriptionId,
    changeId,
    repricingItemId: await buildRepricingItem(app, { customerId, subscriptionId, planId: plan.id }),
    address,
    invitationId,
    tokenId,
    sessionId,
    ...moneyBack,
  }
}

/** A refund, its credit note, and a dispute. */
async function tellOfMoneyBack(
  app: TestApp,
  of: { customerId: string; invoiceId: string; paymentId: string; legalEntityId: string; now: Temporal.Instant },
) {
  const { customerId, invoiceId, paymentId, legalEntityId, now } = of
  const [refundId, creditNoteId, disputeId] = [newId('ref'), newId('crn'), newId('dsp')]
  const money = { customerId, currency: 'EUR', createdAt: now }
  await app.db
    .insertInto('creditNotes')
    .values({
      ...money,
      id: creditNoteId,
      legalEntityId,
      invoiceId,
      series: 'TEST-CN-',
      sequence: 1,
      number: 'TEST-CN-1',
      issuedAt: now,
      contentHash: 'x',
      subtotalMinor: 100n,
      taxMinor: 19n,
      totalMinor: 119n,
      reason: 'Sorry',
      seller: '{}',
      buyer: '{}',
      locale: 'en',
    })
    .execute()
  await app.db
    .insertInto('refunds')
    .values({
      ...money,
      id: refundId,
      paymentId,
      creditNoteId,
      state: 'failed',
      amountMinor: 119n,
      reason: 'Sorry',
      imported: false,
      destination: 'gateway',
      service: 'keep',
      creditMinor: 0n,
      goodwillMinor: 0n,
      updatedAt: now,
    })
    .execute()
  await app.db
    .insertInto('disputes')
    .values({
      ...money,
      id: disputeId,
      paymentId,
      gatewayDisputeId: disputeId,
      state: 'open',
      amountMinor: 119n,
      withdrawnMinor: 119n,
      reason: 'fraudulent',
      postings: 0,
      evidenceDueAt: now,
      updatedAt: now,
    })
    .execute()
  return { refundId, creditNoteId, disputeId, proofRunId: await buildProof(app) }
}

/** A change that holds, of what a plan with a strange name may be called. */
async function buildChange(
  app: TestApp,
  of: { customerId: string; subscriptionId: string; planId: string },
  hostile: string,
): Promise<string> {
  const id = newId('chq')
  const now = Temporal.Instant.from('2026-11-23T23:30:00Z')
  const day = Temporal.PlainDate.from('2026-11-24')
  await app.db
    .insertInto('changeQuotes')
    .values({
      id,
      ...of,
      state: 'applied',
      wanted: '{}',
      intervalUnit: 'month',
      intervalCount: 1,
      items: '[]',
      description: hostile,
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
      basis: 'told',
      digest: 'told',
      expiresAt: now,
      usedAt: now,
      appliedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  return id
}
