import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { beginImpersonation } from '#modules/accounts/begin-impersonation.ts'
import { TOKEN_SCOPES } from '#modules/accounts/api-token.ts'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { createStaffRole } from '#modules/accounts/edit-staff-roles.ts'
import { openSession } from '#modules/accounts/open-session.ts'
import { type OpenedSession } from '#modules/accounts/session.ts'
import { renewInvitation } from '#modules/accounts/invite-member.ts'
import type { StaffActor, UserActor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import type { MemberRole } from '#platform/schema.ts'
import { subscribeAtStripe } from './gateway-subscriptions.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage } from './api-client.ts'
import { tester } from './builders.ts'
import { MEMBERS, type Ownership, type Role, ROLES, STAFF } from './policy-cells.ts'
import { buildPasskey } from './passkey-owners.ts'
import type { TestApp } from './test-app.ts'
import { buildForecast } from './billing-builders.ts'
import { buildCoupon } from './coupon-builders.ts'
import { buildChange, buildCorrection, buildDraft } from './policy-money.ts'
import { buildRepricing } from './repricing-builders.ts'
import { memberAs, staffAs } from './actors.ts'

type Person<A = StaffActor | UserActor> = { actor: A; things: Record<string, string> }
/** How somebody shows who they are: with nothing, a session, or a token. */
export type Credential = { session?: string; token?: string }

export type People = {
  credential(role: Role): Promise<Credential>
  /** The id at an address: of something of theirs, of somebody else's, or of nothing. */
  idOf(parameter: string, role: Role, ownership: Ownership): Promise<string>
}

/** Two customers who own one of everything, the owner's program, and a colleague of each role. */
export async function buildPeople(app: TestApp): Promise<People> {
  const people = new Map<Role, Person>()
  const owner = await buildOwner(app)
  people.set('owner', owner)
  people.set('other', await buildOwner(app))
  await createStaffRole(app, tester, { name: 'Night watch' })
  for (const role of STAFF) {
    const email = `${role}@example.com`
    const { id } = await createStaff(app, tester, { email, name: role, role, password: PASSWORD, locale: 'en' })
    people.set(role, { actor: staffAs(role, id), things: {} })
    // Colleagues belong to no customer: each of the two lends its name to one of ours.
    if (role === 'admin') owner.things['userId'] = id
    else people.get('other')!.things['userId'] ??= id
  }
  people.set('acting', people.get('support')!)
  const memberRole = (role: Role) => (role in MEMBERS ? MEMBERS[role as keyof typeof MEMBERS] : null)
  for (const role of ROLES)
    if (memberRole(role) || role === 'friend') people.set(role, await buildSharer(app, owner, role, memberRole(role)))
  const personOf = (role: Role): Person => people.get(role) ?? owner
  const asOwner = memberAs(owner.actor.customerId, owner.actor.userId)
  const program = await createApiToken(app, asOwner, { name: 'Program', scopes: [...TOKEN_SCOPES] })
  const watcher = await createApiToken(app, asOwner, { name: 'Watcher', scopes: ['service.read'] })

  /** What an operation may end is made anew each time it is asked for. */
  let running: Promise<string> | undefined
  async function idOfTheir(parameter: string, person: Person): Promise<string> {
    if (parameter === 'gatewaySubscriptionId') return (running ??= subscribeAtStripe(app))
    if (parameter === 'sessionId') return (await signedIn(app, person)).sessionId
    if (parameter === 'exportId') return buildExport(app, person.actor.userId)
    if (parameter === 'identityId') return buildIdentity(app, person.actor.userId)
    if (parameter === 'passkeyId') return buildPasskey(app, person.actor.userId)
    const things = person.actor.kind === 'staff' ? personOf('owner') : person
    if (parameter === 'tokenId') return unusedToken(app, things)
    if (parameter === 'invitationId') return unusedInvitation(app, things)
    if (parameter === 'memberId' && things.actor.kind === 'user') return buildMember(app, things.actor)
    const id = things.things[parameter]
    assert.ok(id, `nobody owns a ${parameter}; give one in policy-people.ts`)
    return id
  }

  return {
    async credential(role) {
      if (role === 'anonymous') return {}
      if (role === 'token') return { token: program.token }
      if (role === 'watcher') return { token: watcher.token }
      const session = await signedIn(app, personOf(role))
      if (role === 'acting') {
        const { customerId } = owner.actor
        await beginImpersonation(app, session.actor, { customerId, reason: 'They asked for help' })
      }
      return { session: session.token }
    },
    async idOf(parameter, role, ownership) {
      if (ownership === 'own' || ownership === 'public') return idOfTheir(parameter, personOf(role))
      const somebody = personOf(role === 'other' ? 'owner' : 'other')
      const foreign = parameter in MISSING ? undefined : await idOfTheir(parameter, somebody)
      if (ownership === 'foreign') return foreign!
      // As long as a real one, so that only what is behind it differs.
      return foreign?.replace(/[^_]+$/, (digits) => '0'.repeat(digits.length)) ?? MISSING[parameter]!
    },
  }
}

const MISSING: Record<string, string> = {
  slug: 'no-such-product',
  plan: 'no-such-plan',
  role: 'no_such_role',
  provider: 'no-such-provider',
  report: 'no-such-report',
  previewToken: 'cve_none.0.none',
  gatewaySubscriptionId: 'sub_nobody',
  nothing: 'no-such-page',
}

const signedIn = async (app: TestApp, { actor }: Person): Promise<OpenedSession> => {
  const opened = await app.transaction(actor, (tx) =>
    openSession(app, tx, { userId: actor.userId, method: 'password' }),
  )
  assert.ok(opened)
  return opened
}

async function buildExport(app: TestApp, userId: string): Promise<string> {
  const id = newId('exp')
  const at = app.clock.now()
  await app.db
    .insertInto('dataExports')
    .values({
      id,
      userId,
      state: 'ready',
      content: gzipSync('{}'),
      createdAt: at,
      updatedAt: at,
      expiresAt: at.add({ hours: 1 }),
    })
    .execute()
  return id
}

async function buildIdentity(app: TestApp, userId: string): Promise<string> {
  const id = newId('idn')
  await app.db
    .insertInto('identities')
    .values({ id, userId, provider: id, issuer: 'https://id.example.com', subject: id, createdAt: app.clock.now() })
    .execute()
  return id
}

/** Made as an owner would make it: who may not make one today may have made one yesterday. */
async function unusedToken(app: TestApp, { actor }: Person): Promise<string> {
  assert.ok(actor.kind === 'user')
  const made = await createApiToken(app, memberAs(actor.customerId, actor.userId), { name: 'Unused' })
  return made.apiToken.id
}

/** A service lent to nobody yet: whoever may manage invitations may take this one back. */
async function unusedInvitation(app: TestApp, { actor, things }: Person): Promise<string> {
  assert.ok(actor.kind === 'user')
  const owner = memberAs(actor.customerId, actor.userId)
  const email = `${newId('usr')}@example.com`
  const asked = { serviceId: things['serviceId']!, email, actions: ['service.read'], lentDays: 1 }
  const { customerId } = actor
  return (await app.transaction(owner, (tx) => renewInvitation(tx, { customerId, ...asked }))).id
}

/** Somebody who shares the owner's customer in a role, or to whom they lent their server. */
async function buildSharer(
  app: TestApp,
  { actor, things }: Person<UserActor>,
  name: string,
  role: MemberRole | null,
): Promise<Person<UserActor>> {
  const userId = role
    ? await buildMember(app, actor, role, name)
    : (await buildBorrower(app, { actor, serviceId: things['serviceId']!, name })).userId
  return { actor: { ...actor, userId }, things }
}

async function buildUser(app: TestApp, name: string): Promise<string> {
  const id = newId('usr')
  const email = `${name.toLowerCase()}-${id}@example.com`
  await app.transaction(tester, (tx) =>
    tx.db.insertInto('users').values({ id, email, name, locale: 'en', createdAt: tx.now, updatedAt: tx.now }).execute(),
  )
  return id
}

/** Somebody who shares a customer. */
async function buildMember(
  app: TestApp,
  { customerId }: UserActor,
  role: MemberRole = 'support',
  name = 'Colleague',
): Promise<string> {
  const userId = await buildUser(app, name)
  const member = { customerId, userId, role }
  await app.transaction(tester, (tx) =>
    tx.db
      .insertInto('members')
      .values({ ...member, createdAt: tx.now })
      .execute(),
  )
  return userId
}

async function buildBorrower(
  app: TestApp,
  { actor, serviceId, name }: { actor: UserActor; serviceId: string; name: string },
): Promise<{ userId: string; grantId: string }> {
  const userId = await buildUser(app, name)
  const { customerId, userId: grantedBy } = actor
  const grant = {
    id: newId('grt'),
    customerId,
    serviceId,
    userId,
    grantedBy,
    actions: ['service.read', 'service.operate'],
  }
  await app.transaction(tester, (tx) =>
    tx.db
      .insertInto('serviceGrants')
      .values({ ...grant, createdAt: tx.now })
      .execute(),
  )
  return { userId, grantId: grant.id }
}

const buildGrant = async (app: TestApp, of: { actor: UserActor; serviceId: string }): Promise<string> =>
  (await buildBorrower(app, { ...of, name: 'Borrower' })).grantId

/** A customer with a running server, and an order that waits for its payment. */
async function buildOwner(app: TestApp): Promise<Person<UserActor>> {
  const { actor, api } = await buildCustomer(app)
  const pay = async (invoiceId: string) =>
    (await api.post<{ payment: { id: string }; url: string }>(`/invoices/${invoiceId}/payments`)).body
  const delivered = await buildOrder({ api })
  await payOnHostedPage(app, (await pay(delivered.invoiceId)).url)
  await app.work()
  const { body: order } = await api.get<{ items: { serviceId: string }[] }>(`/orders/${delivered.id}`)
  const serviceId = order.items[0]!.serviceId
  const corrected = await buildCorrection(app, delivered.invoiceId)
  const procedure = await app.db
    .selectFrom('procedures')
    .select('id')
    .where('subjectId', '=', serviceId)
    .executeTakeFirstOrThrow()
  const pending = await buildOrder({ api })
  const { payment } = await pay(pending.invoiceId)
  return {
    actor,
    things: {
      customerId: actor.customerId,
      orderId: pending.id,
      invoiceId: pending.invoiceId,
      paymentId: payment.id,
      ...corrected,
      serviceId,
      procedureId: procedure.id,
      couponId: (await buildCoupon(app)).id,
      forecastId: await buildForecast(app),
      ...(await buildChange(app, actor, serviceId)),
      grantId: await buildGrant(app, { actor, serviceId }),
      ...(await buildDraft(app)),
      repricingId: (await buildRepricing(app)).id,
      slug: 'vps',
      provider: 'github',
      report: 'revenue',
      plan: 'vps-starter',
      role: 'night_watch',
    },
  }
}
