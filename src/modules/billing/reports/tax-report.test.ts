import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { staffAs } from '#test/support/actors.ts'
import { buildInvoice } from '#test/support/builders.ts'
import { tellStory, travelTo } from '#test/support/report-story.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { readAgeing } from './ageing-report.ts'
import { rangeOf } from './report-range.ts'
import { listTaxDocuments, readTax } from './tax-report.ts'

const app = await createTestApp()
after(() => app.close())
const billing = staffAs('billing')
await tellStory(app)

test('tax is told by category, and two taxes of a document each for itself', async () => {
  const filter = {
    range: rangeOf(Temporal.PlainDate.from('2027-01-01'), Temporal.PlainDate.from('2027-02-28')),
    currency: 'EUR',
    step: 'month' as const,
  }
  const told = async () =>
    (await readTax(app, billing, filter)).map(({ country, category, name, isFirst, netMinor, taxMinor }) =>
      [country, category, name, isFirst ? 'first' : 'second', netMinor, taxMinor].join(' '),
    )
  const [austrian] = await listTaxDocuments(app, billing, { ...filter, country: 'AT', limit: 1 }).then(
    ({ rows }) => rows,
  )
  const id = austrian!.invoiceId
  const unguarded = (on: boolean) =>
    sql`alter table invoice_taxes ${sql.raw(on ? 'enable' : 'disable')} trigger user`.execute(app.db)
  await unguarded(false)
  const kept = await app.db.selectFrom('invoiceTaxes').selectAll().where('invoiceId', '=', id).execute()
  await sql`update invoice_taxes set name = 'GST', tax_minor = 500 where invoice_id = ${id}`.execute(app.db)
  await sql`insert into invoice_taxes (invoice_id, position, name, category, rate_basis_points, compound, base_minor, tax_minor)
    values (${id}, 1, 'PST', 'S', 700, false, 7167, 933)`.execute(app.db)
  assert.deepEqual((await told()).slice(0, 2), ['AT S GST first 7167 500', 'AT S PST second 7167 933'])
  await sql`delete from invoice_taxes where invoice_id = ${id}`.execute(app.db)
  await app.db.insertInto('invoiceTaxes').values(kept).execute()
  await unguarded(true)
})

test('an unpaid order is owed by nobody: it lapses', async () => {
  travelTo(app, '2027-06-01T10:00:00Z')
  const on = Temporal.PlainDate.from('2027-06-01')
  const owed = async () =>
    (await readAgeing(app, billing, { on, currency: 'EUR' })).reduce((n, { invoices }) => n + invoices, 0)
  const before = await owed()
  const order = await buildInvoice(app)
  assert.equal(await owed(), before)
  await app.db.updateTable('invoices').set({ purpose: 'renewal' }).where('id', '=', order.id).execute()
  assert.equal(await owed(), before + 1)
  await app.db.updateTable('invoices').set({ purpose: 'order', state: 'void' }).where('id', '=', order.id).execute()
})
