import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { eraseCustomers } from '#modules/support/erase-customers.ts'
import { sealEvents } from '#platform/event-chain.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { signedInStaff } from '#test/support/staff.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const PAGE = '/portal/profile/data'

async function logIn(email: string): Promise<Visitor> {
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email, password: PASSWORD })
  return visitor
}

/** Somebody who bought a server, whose server has ended. */
async function formerBuyer(): Promise<TestCustomer & { invoiceId: string }> {
  const jane = await buildCustomer(app)
  const { invoiceId } = await buildOrder(jane)
  const page = await jane.api.post<{ url: string }>(`/invoices/${invoiceId}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
  return { ...jane, invoiceId }
}

async function endServers(customerId: string): Promise<void> {
  await app.transaction(tester, async (tx) => {
    const services = await tx.db
      .updateTable('services')
      .set({ state: 'terminated', terminatedAt: tx.now, vmId: null, node: null, power: null, powerSeenAt: null })
      .where('customerId', '=', customerId)
      .returning('id')
      .execute()
    for (const { id } of services) {
      await tx.db.updateTable('addresses').set({ serviceId: null }).where('serviceId', '=', id).execute()
      await tx.db.deleteFrom('vmIds').where('serviceId', '=', id).execute()
    }
  })
}

const close = async (visitor: Visitor): Promise<VisitedPage> => (await visitor.open(PAGE)).press('Close account')
const eraseDue = async (): Promise<void> => {
  await eraseCustomers.run(app, {}, new AbortController().signal)
  await app.work()
}

test('somebody takes all their data along: a job makes the file, a mail says so, and it is theirs alone', async () => {
  const jane = await formerBuyer()
  await createApiToken(app, jane.actor, { name: 'my backup script' })
  const visitor = await logIn(jane.email)
  const asked = await (await visitor.open(PAGE)).press('Put my data together')
  assert.match(asked.text, /Being put together/)
  await app.work()
  const mail = await app.mail.waitFor((each) => /Your data is ready/.test(each.subject))
  assert.match(mail.text, /\/portal\/profile\/data/)

  const ready = await visitor.open(PAGE)
  assert.match(ready.text, /Ready/)
  const link = ready.link('Download')
  const file = await visitor.open(link)
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="my-data-[\d-]+\.json"$/)
  const found = JSON.parse(file.html) as Record<string, { [name: string]: unknown }[]> & { you: { email: string } }
  assert.equal(found.you.email, jane.email)
  for (const part of ['sessions', 'orders', 'invoices', 'payments', 'services', 'history', 'mails', 'apiTokens'])
    assert.ok(found[part]!.length > 0, part)
  assert.doesNotMatch(file.html, /"(password_hash|token_hash|public_key|idempotency_key|code_hash|sealed\w*)"|argon2/)

  const other = await logIn((await buildCustomer(app)).email)
  assert.equal((await other.open(link)).status, 404)
  app.advance({ hours: 24 * 7 + 1 })
  const again = await logIn(jane.email)
  assert.equal((await again.open(link)).status, 404)
})

test('asking twice makes one file, and a sixth time in a day is too often', async () => {
  const { email } = await buildCustomer(app)
  const visitor = await logIn(email)
  const page = await visitor.open(PAGE)
  await page.press('Put my data together')
  await page.press('Put my data together')
  const { count } = await app.db
    .selectFrom('dataExports')
    .innerJoin('users', 'users.id', 'dataExports.userId')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('users.email', '=', email)
    .executeTakeFirstOrThrow()
  assert.equal(count, 1n)
  for (let each = 0; each < 3; each += 1) await page.press('Put my data together')
  assert.equal((await page.press('Put my data together')).status, 429)
})

test('an account with a server or an open invoice is not closed; the page says what is in the way', async () => {
  const jane = await formerBuyer()
  const visitor = await logIn(jane.email)
  const page = await visitor.open(PAGE)
  assert.match(page.text, /One server has to be ended/)
  assert.throws(() => page.link('Close account'))
  await endServers(jane.actor.customerId)
  await buildOrder(jane)
  assert.match((await visitor.open(PAGE)).text, /One invoice has to be paid or cancelled/)
})

test('closing asks first that it is them, and lets nobody in afterwards; the mail lists what stays', async () => {
  const jane = await formerBuyer()
  await endServers(jane.actor.customerId)
  const { token } = await createApiToken(app, jane.actor, { name: 'x' })
  const visitor = await logIn(jane.email)
  app.advance({ minutes: 16 })
  assert.equal((await close(visitor)).url.pathname, '/confirm')
  const confirmed = await (await visitor.open(`/confirm?next=${PAGE}`)).press('Confirm', { currentPassword: PASSWORD })
  assert.match(confirmed.text, /1 invoice with the buyer they name, 1 payment/)
  const closed = await confirmed.press('Close account')
  assert.equal(closed.url.pathname, '/login')
  assert.match(closed.text, /The account is closed/)

  assert.equal((await visitor.open('/portal')).url.pathname, '/login')
  const answer = await app.fetch(
    new Request('http://localhost:8080/api/v1/me', { headers: { authorization: `Bearer ${token}` } }),
  )
  assert.equal(answer.status, 401)
  const again = await logIn(jane.email)
  assert.equal(again.cookie('__Host-session'), undefined)
  await app.work()
  const mail = await app.mail.waitFor((each) => each.recipients.includes(jane.email) && /is closed/.test(each.subject))
  assert.match(mail.text, /1 invoice with payments and entries/)
})

test('within two weeks our people open it again, and its owner comes back', async () => {
  const jane = await buildCustomer(app)
  await close(await logIn(jane.email))
  const colleague = await signedInStaff(app, 'admin')
  const page = await colleague.open(`/staff/customers/${jane.actor.customerId}`)
  assert.match(page.text, /This account is closed/)
  const reopened = await page.press('Open again')
  assert.match(reopened.text, /The account is open again/)
  assert.ok((await logIn(jane.email)).cookie('__Host-session'))
  app.advance({ hours: 24 * 15 })
  await eraseDue()
  assert.ok((await logIn(jane.email)).cookie('__Host-session'), 'nothing of it was erased')
})

test('after two weeks what is personal is gone, also at the gateway; what the law keeps is there, and the log still holds', async () => {
  const jane = await formerBuyer()
  await endServers(jane.actor.customerId)
  const { customerId, userId } = jane.actor
  await sealEvents(app.database)
  await close(await logIn(jane.email))
  await sealEvents(app.database)
  const known = await app.db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', customerId)
    .executeTakeFirstOrThrow()
  app.advance({ hours: 24 * 13 })
  await eraseDue()
  assert.ok(await app.db.selectFrom('users').select('id').where('email', '=', jane.email).executeTakeFirst())
  app.advance({ hours: 24 * 2 })
  await eraseDue()
  await eraseDue()
  await sealEvents(app.database)

  const invoice = await app.db
    .selectFrom('invoices')
    .select(['number', 'buyer'])
    .where('id', '=', jane.invoiceId)
    .executeTakeFirstOrThrow()
  assert.ok(invoice.number)
  assert.equal((invoice.buyer as { name: string }).name, 'Jane Doe')
  const colleague = await signedInStaff(app, 'admin')
  assert.match(
    (await colleague.open(`/staff/customers/${customerId}`)).text,
    /What was personal in this account is erased/,
  )
  assert.equal((await colleague.open(`/staff/invoices/${jane.invoiceId}`)).status, 200)

  // The invoice names its buyer; wherever else the address stood, it was forgotten.
  const { rows: tables } = await app.database.pool.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  )
  for (const { table_name: table } of tables) {
    const { rows } = await app.database.pool.query<{ found: number }>(
      `select count(*)::int as found from "${table}" t where to_jsonb(t)::text like '%' || $1 || '%'`,
      [jane.email],
    )
    assert.equal(rows[0]!.found, table === 'invoices' ? 1 : 0, table)
  }
  const told = await app.stripe.fetch(`http://stripe.localhost/v1/customers/${known.gatewayCustomerId}`, {
    headers: { authorization: `Bearer ${app.config.stripe.secretKey.reveal()}` },
  })
  assert.equal(((await told.json()) as { deleted?: boolean }).deleted, true)
  const facts = await app.db
    .selectFrom('events')
    .select(['name', 'before', 'after', 'address'])
    .where('subjectId', '=', userId)
    .where('name', '<>', 'user.erased')
    .execute()
  assert.ok(
    facts.length > 0 && facts.every((each) => each.after === null && each.before === null && each.address === null),
  )
  assert.deepEqual(
    (await runChecks(app)).filter(({ invariant }) => ['I27', 'I29', 'I30', 'I6', 'I1'].includes(invariant)),
    [],
  )
})

test('whoever shares another account stays, and only leaves this one', async () => {
  const [jane, joe] = [await buildCustomer(app), await buildCustomer(app)]
  await app.db
    .insertInto('members')
    .values({
      customerId: jane.actor.customerId,
      userId: joe.actor.userId,
      role: 'support',
      createdAt: app.clock.now(),
    })
    .execute()
  await app.work()
  await close(await logIn(jane.email))
  app.advance({ hours: 24 * 15 })
  await eraseDue()
  assert.ok((await logIn(joe.email)).cookie('__Host-session'))
  assert.equal((await logIn(jane.email)).cookie('__Host-session'), undefined)
})
