import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import { insertMoneyExamples } from './money-examples.ts'
import { insertNewPrice } from './price-examples.ts'
import { insertProof } from './proof-examples.ts'
import type { TemplateName } from './templates.ts'

type Db = App['db']

/** What a mail can be about. */
export type ExampleSubject =
  | 'user'
  | 'customer'
  | 'verifyLink'
  | 'resetLink'
  | 'changeLink'
  | 'joinLink'
  | 'invitation'
  | 'session'
  | 'token'
  | 'order'
  | 'paidInvoice'
  | 'openInvoice'
  | 'payment'
  | 'card'
  | 'refund'
  | 'creditNote'
  | 'dispute'
  | 'change'
  | 'subscription'
  | 'newPrice'
  | 'service'
  | 'proof'
export type Examples = Record<ExampleSubject, string>

/** What every mail is about; a mail without a row here cannot be shown, and does not compile. */
export const SUBJECTS: Record<TemplateName, ExampleSubject> = {
  'verify-email': 'verifyLink',
  'already-registered': 'user',
  'reset-password': 'resetLink',
  'password-changed': 'user',
  'change-email': 'changeLink',
  'email-changed': 'changeLink',
  'second-factor-enabled': 'user',
  'second-factor-disabled': 'user',
  invitation: 'invitation',
  'passkey-added': 'user',
  'passkey-removed': 'user',
  'passkey-factor-enabled': 'user',
  'passkey-factor-disabled': 'user',
  'new-sign-in': 'session',
  'data-export-ready': 'user',
  'account-closed': 'customer',
  'identity-connected': 'user',
  'identity-disconnected': 'user',
  'api-token-created': 'token',
  'order-received': 'order',
  'invoice-receipt': 'paidInvoice',
  'renewal-invoice': 'openInvoice',
  'transfer-details': 'openInvoice',
  'manual-invoice': 'openInvoice',
  'invoice-reminder': 'openInvoice',
  'suspension-warning': 'openInvoice',
  'termination-warning': 'openInvoice',
  'payment-failed': 'payment',
  'refund-made': 'refund',
  'refund-returned': 'refund',
  'credit-note': 'creditNote',
  'service-ready': 'service',
  'service-failed': 'service',
  'staff-change-failed': 'service',
  'staff-tax-outdated': 'openInvoice',
  'staff-backup-failed': 'service',
  'service-suspended': 'service',
  'service-resumed': 'service',
  'service-terminated': 'service',
  'staff-dispute': 'dispute',
  'staff-refund-failed': 'refund',
  'staff-refund-unexplained': 'refund',
  'staff-refund-unknown': 'refund',
  'staff-proof': 'proof',
  'change-confirmed': 'change',
  'price-change': 'newPrice',
  'price-change-cancelled': 'newPrice',
  'cancellation-confirmed': 'subscription',
  'cancellation-undone': 'subscription',
  'subscription-ended': 'subscription',
  'trial-ends': 'subscription',
  'card-expiring': 'card',
  'moved-over': 'subscription',
  'staff-invitation': 'joinLink',
  'staff-role-changed': 'user',
  'staff-ended': 'user',
  'staff-second-factor-reset': 'user',
}

/** What is there already and examples stand on, so that nothing of the offer is touched. */
type Offer = { sellerId: string; timeZone: string; planId: string; regionId: string; imageId: string }
export type ExampleGround = Offer & { now: Temporal.Instant; customerId: string; userId: string }

/** Writes one of everything that mails tell of: Ada, who bought a server. Meant for a transaction that is taken back. */
export async function insertExamples(db: Db, offer: Offer, now: Temporal.Instant): Promise<Examples> {
  const times = { createdAt: now, updatedAt: now }
  const [userId, customerId, subscriptionId, serviceId] = [newId('usr'), newId('cus'), newId('sub'), newId('svc')]
  await db
    .insertInto('users')
    .values({ id: userId, email: `${userId}@example.com`, name: 'Ada Lovelace', locale: 'en', ...times })
    .execute()
  await db
    .insertInto('customers')
    .values({
      id: customerId,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      currency: 'EUR',
      locale: 'en',
      membersNeedSecondFactor: false,
      autoPay: true,
      closedAt: now,
      ...times,
    })
    .execute()
  const ground: ExampleGround = { now, customerId, userId, ...offer }
  await insertService(db, ground, { subscriptionId, serviceId })
  const money = await insertMoneyExamples(db, ground, subscriptionId)
  const people = await insertPeople(db, ground, serviceId)
  const newPrice = await insertNewPrice(db, ground, subscriptionId)
  const proof = await insertProof(db, ground)
  return {
    user: userId,
    customer: customerId,
    subscription: subscriptionId,
    service: serviceId,
    newPrice,
    proof,
    ...money,
    ...people,
  }
}

/** The first of all that a server needs; undefined while something is missing. */
export async function findExampleGround(db: Db): Promise<Offer | undefined> {
  const { rows } = await sql<Offer>`
    select e.id as seller_id, e.time_zone, p.id as plan_id, r.id as region_id, i.id as image_id
    from (select * from legal_entities order by id limit 1) e, (select * from plans order by position, id limit 1) p,
      (select * from regions order by position, id limit 1) r, (select * from images order by position, id limit 1) i`.execute(
    db,
  )
  return rows[0]
}

async function insertService(
  db: Db,
  { now, customerId, planId, sellerId, timeZone, regionId, imageId }: ExampleGround,
  ids: { subscriptionId: string; serviceId: string },
): Promise<void> {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const end = today.add({ months: 1 })
  const times = { createdAt: now, updatedAt: now }
  await db
    .insertInto('subscriptions')
    .values({
      billedBy: 'us',
      periodsElsewhere: 0,
      id: ids.subscriptionId,
      customerId,
      planId,
      legalEntityId: sellerId,
      state: 'active',
      description: 'VPS Starter',
      currency: 'EUR',
      amountMinor: 900n,
      intervalUnit: 'month',
      intervalCount: 1,
      anchor: today,
      periods: 1,
      currentPeriodStart: today,
      currentPeriodEnd: end,
      billedUntil: end,
      cancelOn: end,
      ...times,
    })
    .execute()
  await db
    .insertInto('services')
    .values({
      id: ids.serviceId,
      customerId,
      subscriptionId: ids.subscriptionId,
      planId,
      regionId,
      imageId,
      state: 'active',
      hostname: 'web1.example.com',
      cores: 2,
      memoryMb: 4_096,
      diskGb: 80,
      addressCount: 1,
      ...times,
    })
    .execute()
  const reason = { id: newId('sus'), serviceId: ids.serviceId, reason: 'non_payment', createdAt: now } as const
  await db.insertInto('serviceSuspensions').values(reason).execute()
  await insertAddress(db, { serviceId: ids.serviceId, regionId })
}

/** An address that is nobody's: of a network kept for documentation (RFC 5737). */
async function insertAddress(db: Db, { serviceId, regionId }: { serviceId: string; regionId: string }): Promise<void> {
  const poolId = newId('apl')
  await db
    .insertInto('addressPools')
    .values({ id: poolId, regionId, family: 4, gateway: '192.0.2.1', prefix: 24, nameServers: [] })
    .execute()
  await db
    .insertInto('addresses')
    .values({ address: '192.0.2.10', poolId, serviceId })
    .onConflict((conflict) => conflict.column('address').doNothing())
    .execute()
}

async function insertPeople(db: Db, { now, customerId, userId }: ExampleGround, serviceId: string) {
  const link = async (kind: 'verify_email' | 'reset_password' | 'change_email' | 'join_staff'): Promise<string> => {
    const id = newId('utk')
    const addresses = { email: 'ada.new@example.com', ...(kind === 'change_email' && { fromEmail: 'ada@example.com' }) }
    await db
      .insertInto('userTokens')
      .values({ id, kind, userId, ...addresses, createdAt: now, expiresAt: now.add({ hours: 24 }) })
      .execute()
    return id
  }
  const [invitation, session, token] = [newId('ivt'), newId('ses'), newId('tok')]
  await db
    .insertInto('invitations')
    .values({
      id: invitation,
      customerId,
      email: 'friend@example.com',
      state: 'pending',
      serviceId,
      actions: ['service.read'],
      lentDays: 7,
      invitedBy: userId,
      createdAt: now,
      updatedAt: now,
      expiresAt: now.add({ hours: 168 }),
    })
    .execute()
  await db
    .insertInto('sessions')
    .values({
      id: session,
      tokenHash: session,
      userId,
      userAgent: 'Firefox on Linux',
      address: '192.0.2.44',
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now,
      method: 'password',
      confirmedAt: now,
    })
    .execute()
  await db
    .insertInto('apiTokens')
    .values({
      id: token,
      userId,
      customerId,
      name: 'Backup script',
      tokenHash: token,
      lastFour: 'abcd',
      scopes: [],
      addresses: [],
      createdAt: now,
    })
    .execute()
  return {
    invitation,
    session,
    token,
    verifyLink: await link('verify_email'),
    resetLink: await link('reset_password'),
    changeLink: await link('change_email'),
    joinLink: await link('join_staff'),
  }
}
