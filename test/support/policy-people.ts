import assert from 'node:assert/strict'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { openSession } from '#modules/accounts/open-session.ts'
import { type OpenedSession } from '#modules/accounts/session.ts'
import type { Actor } from '#platform/actor.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage } from './api-client.ts'
import { tester } from './builders.ts'
import { type Ownership, type Role, STAFF } from './policy-cells.ts'
import { buildPasskey } from './passkey-owners.ts'
import type { TestApp } from './test-app.ts'

type Person = { actor: Extract<Actor, { kind: 'user' | 'staff' }>; things: Record<string, string> }
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
  for (const role of ['owner', 'other'] as const) people.set(role, await buildOwner(app))
  for (const role of STAFF) {
    const email = `${role}@example.com`
    const { id } = await createStaff(app, tester, { email, name: role, role, password: PASSWORD, locale: 'en' })
    people.set(role, { actor: { kind: 'staff', userId: id, role }, things: {} })
  }
  const personOf = (role: Role): Person => people.get(role) ?? people.get('owner')!
  const program = await createApiToken(app, personOf('token').actor, { name: 'Program' })

  /** What an operation may end is made anew each time it is asked for. */
  async function idOfTheir(parameter: string, person: Person): Promise<string> {
    if (parameter === 'sessionId') return (await signedIn(app, person)).sessionId
    if (parameter === 'passkeyId') return buildPasskey(app, person.actor.userId)
    const things = person.actor.kind === 'staff' ? personOf('owner') : person
    if (parameter === 'tokenId') return (await createApiToken(app, things.actor, { name: 'Unused' })).apiToken.id
    const id = things.things[parameter]
    assert.ok(id, `nobody owns a ${parameter}; give one in policy-people.ts`)
    return id
  }

  return {
    async credential(role) {
      if (role === 'anonymous') return {}
      return role === 'token' ? { token: program.token } : { session: (await signedIn(app, personOf(role))).token }
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

const MISSING: Record<string, string> = { slug: 'no-such-product', plan: 'no-such-plan', nothing: 'no-such-page' }

const signedIn = async (app: TestApp, { actor }: Person): Promise<OpenedSession> => {
  const staffRole = actor.kind === 'staff' ? actor.role : null
  const customerId = actor.kind === 'user' ? actor.customerId : null
  const opened = await app.transaction(actor, (tx) =>
    openSession(tx, { user: { id: actor.userId, staffRole }, customerId, method: 'password' }),
  )
  assert.ok(opened)
  return opened
}

/** A customer with a running server, and an order that waits for its payment. */
async function buildOwner(app: TestApp): Promise<Person> {
  const { actor, api } = await buildCustomer(app)
  const pay = async (invoiceId: string) =>
    (await api.post<{ payment: { id: string }; url: string }>(`/invoices/${invoiceId}/payments`)).body
  const delivered = await buildOrder({ api })
  await payOnHostedPage(app, (await pay(delivered.invoiceId)).url)
  await app.work()
  const { body: order } = await api.get<{ items: { serviceId: string }[] }>(`/orders/${delivered.id}`)
  const serviceId = order.items[0]!.serviceId
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
      serviceId,
      procedureId: procedure.id,
      slug: 'vps',
      plan: 'vps-starter',
    },
  }
}
