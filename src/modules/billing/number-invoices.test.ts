import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildCapturedOrder, buildPaidOrder, type Bought } from '#test/support/builders.ts'
import { changeTo } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from './billing-checks.ts'
import { getInvoice } from './billing-queries.ts'
import { numberInvoices } from './number-invoices.ts'
import { settlePayment } from './settle-payment.ts'

const app = await createTestApp()
after(() => app.close())

const number = () => numberInvoices.run(app, {}, new AbortController().signal)
const read = ({ actor, invoice }: Pick<Bought, 'actor' | 'invoice'>) => getInvoice(app, actor, invoice.id)
const hour = { hours: 1 }

/** Paid, and its first period not opened yet: the order has not been fulfilled. */
async function buildPaid(): Promise<Bought> {
  const bought = await buildCapturedOrder(app)
  await settlePayment(app, bought.payment.id, 'look')
  return bought
}

async function requireSound(): Promise<void> {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

function moveTo(instant: Temporal.Instant): void {
  app.advance({ seconds: Math.round((instant.epochMilliseconds - app.clock.now().epochMilliseconds) / 1000) })
}

test('documents are numbered in the order they were paid, not in the order they were made', async () => {
  const first = await buildCapturedOrder(app)
  const second = await buildCapturedOrder(app)
  await settlePayment(app, second.payment.id, 'look')
  app.advance({ seconds: 1 })
  await settlePayment(app, first.payment.id, 'look')
  app.advance(hour)
  await number()
  const [early, late] = [await read(second), await read(first)]
  assert.equal(late.sequence, early.sequence! + 1)
  assert.match(early.number!, /^EZ-\d{4}-\d{6}$/)
  await app.work()
  await requireSound()
})

test('an unpaid document stays a pro forma', async () => {
  const { payment, ...bought } = await buildCapturedOrder(app)
  app.advance(hour)
  await number()
  assert.equal((await read(bought)).number, null)
  await settlePayment(app, payment.id, 'look')
  await app.work()
  assert.ok((await read(bought)).number)
})

test('a document waits for its first period to be opened, a minute at most', async () => {
  const bought = await buildPaid()
  await number()
  assert.equal((await read(bought)).number, null)
  app.advance({ seconds: 59 })
  await number()
  assert.equal((await read(bought)).number, null)
  app.advance({ seconds: 2 })
  await number()
  assert.ok((await read(bought)).number)
})

test('the document of a change, whose period runs already, has its number as soon as it is paid', async () => {
  const bought = await buildPaidOrder(app)
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  await number()
  const document = await getInvoice(app, bought.actor, change.invoiceId!)
  assert.equal(document.state, 'paid')
  assert.ok(document.number)
})

test('a document numbered before its period was opened still says afterwards what was numbered', async () => {
  const bought = await buildPaid()
  app.advance(hour)
  await number()
  const before = await read(bought)
  assert.ok(before.number)
  await app.work()
  assert.equal((await read(bought)).contentHash, before.contentHash)
  const lines = await app.db.selectFrom('invoiceLines').selectAll().where('invoiceId', '=', before.id).execute()
  assert.deepEqual(
    lines.map((line) => [line.subscriptionId === null, line.periodStart]),
    [[false, null]],
  )
  await requireSound()
})

test('a delivered order names its period on the numbered document', async () => {
  const bought = await buildPaidOrder(app)
  assert.ok((await read(bought)).number)
  const [line] = await app.db
    .selectFrom('invoiceLines')
    .selectAll()
    .where('invoiceId', '=', bought.invoice.id)
    .execute()
  assert.ok(line?.periodStart && line.periodEnd)
  await requireSound()
})

test('numbering that runs many times at once leaves no gap and gives nothing twice', async () => {
  const bought: Bought[] = []
  for (let count = 0; count < 6; count += 1) bought.push(await buildPaid())
  app.advance(hour)
  await Promise.all([number(), number(), number(), number()])
  const sequences = await Promise.all(bought.map(async (each) => (await read(each)).sequence!))
  assert.deepEqual(
    sequences,
    sequences.map((_, index) => sequences[0]! + index),
  )
  await app.work()
  await requireSound()
})

test('when the clock runs backwards the dates do not', async () => {
  const before = await buildPaid()
  app.advance(hour)
  await number()
  const { issuedAt, sequence } = await read(before)
  const after = await buildPaid()
  app.advance({ minutes: -30 })
  await app.db
    .updateTable('invoices')
    .set({ paidAt: app.clock.now().subtract({ minutes: 5 }) })
    .where('id', '=', after.invoice.id)
    .execute()
  await number()
  const later = await read(after)
  assert.equal(later.sequence, sequence! + 1)
  assert.equal(later.issuedAt?.toString(), issuedAt?.toString())
  app.advance({ minutes: 30 })
  await app.work()
  await requireSound()
})

test('a numbered document cannot be changed, by SQL neither', async () => {
  const { invoice } = await buildPaidOrder(app)
  for (const change of [
    sql`total_minor = total_minor + 1, subtotal_minor = subtotal_minor + 1, paid_minor = paid_minor + 1`,
    sql`number = 'EZ-1999-000001'`,
    sql`number = null, sequence = null, issued_at = null`,
    sql`issued_at = issued_at - interval '1 day'`,
    sql`buyer = jsonb_set(buyer, '{name}', '"Somebody else"')`,
    sql`seller = '{}'`,
    sql`currency = 'USD'`,
    sql`content_hash = null`,
  ])
    await assert.rejects(
      sql`update invoices set ${change} where id = ${invoice.id}`.execute(app.db),
      /is numbered and cannot change/,
    )
})

test('neither can its lines: none is changed, moved, added or taken away', async () => {
  const { invoice } = await buildPaidOrder(app)
  const open = await buildPaid()
  const line = sql`invoice_lines where invoice_id = ${invoice.id}`
  for (const change of [
    sql`update invoice_lines set description = 'Something else' where invoice_id = ${invoice.id}`,
    sql`update invoice_lines set invoice_id = ${open.invoice.id}, position = 9 where invoice_id = ${invoice.id}`,
    sql`update invoice_lines set period_end = period_end + 1 where invoice_id = ${invoice.id}`,
    sql`delete from ${line}`,
    sql`insert into invoice_lines (id, invoice_id, position, kind, description, quantity, unit_minor, amount_minor, tax_basis_points, tax_minor,
        discount_minor, cause, released)
      select 'inl_more', invoice_id, 9, kind, description, 1, 0, 0, 0, 0, 0, 'order', false from ${line} limit 1`,
  ])
    await assert.rejects(change.execute(app.db), /is numbered, its lines cannot change/)
})

test('a new year of the seller begins a new series at one, and the old one is not continued', async () => {
  const now = app.clock.now().toZonedDateTimeISO('Europe/Berlin')
  const newYear = now.with({ month: 1, day: 1, hour: 0, minute: 0, second: 0 }).add({ years: 1 }).toInstant()
  moveTo(newYear.subtract({ minutes: 10 }))
  const old = await buildPaid()
  moveTo(newYear.subtract({ minutes: 5 }))
  await number()
  moveTo(newYear.add({ minutes: 1 }))
  const fresh = await buildPaid()
  moveTo(newYear.add({ minutes: 5 }))
  await number()
  // In Berlin the year is new; in UTC it is still the old one for 55 minutes.
  assert.equal((await read(old)).series, `EZ-${now.year}`)
  assert.equal((await read(fresh)).number, `EZ-${now.year + 1}-000001`)
  await app.work()
  await requireSound()
})
