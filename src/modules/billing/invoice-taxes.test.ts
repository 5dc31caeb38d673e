import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildCustomer, buildOrder, buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getInvoiceDetail } from './billing-queries.ts'
import { invoiceDocument } from './invoice-document.ts'
import { numberInvoices } from './number-invoices.ts'

const app = await createTestApp()
after(() => app.close())

/** A buyer in France whose VAT number the registry has confirmed. */
async function frenchCompany(locale: 'en' | 'de' = 'en') {
  const buyer = await buildCustomer(app, { country: 'FR', vatId: 'FR60815004395', company: 'SA Exemple', locale })
  await sql`insert into tax_profiles (customer_id, vat_number, outcome, checked_at, confirmed_at, attempts, updated_at)
    values (${buyer.customer.id}, 'FR60815004395', 'valid', now(), now(), 0, now())`.execute(app.db)
  return buyer
}

const taxesOf = async ({ invoice, actor }: Awaited<ReturnType<typeof buildOrder>>) =>
  (await getInvoiceDetail(app, actor, invoice.id)).taxes.map((tax) => [
    tax.category,
    tax.rateBasisPoints,
    tax.baseMinor,
    tax.taxMinor,
  ])

test('an invoice keeps each tax with its category, rate, base and amount', async () => {
  assert.deepEqual(await taxesOf(await buildOrder(app)), [['S', 1_900, 756n, 144n]])
  const french = await buildCustomer(app, { country: 'FR' })
  assert.deepEqual(await taxesOf(await buildOrder(app, { buyer: french })), [['S', 2_000, 750n, 150n]])
  const american = await buildCustomer(app, { country: 'US' })
  assert.deepEqual(await taxesOf(await buildOrder(app, { buyer: american })), [['O', 0, 756n, 0n]])
})

test('two taxes of a place are two rows, and each line shows its share of both', async () => {
  await sql`insert into tax_rules (id, legal_entity_id, country, region, level, compound, name, category, rate_basis_points, valid_from)
    select 'txr_gst', id, 'CA', 'QC', 1, false, 'GST', 'S'::tax_category, 500, '2026-02-01'::date from legal_entities
    union all select 'txr_qst', id, 'CA', 'QC', 2, true, 'QST', 'S'::tax_category, 1000, '2026-02-01'::date from legal_entities`.execute(
    app.db,
  )
  const buyer = await buildCustomer(app, { country: 'CA', region: 'QC' })
  const bought = await buildOrder(app, { buyer })
  // 9.00 = 7.79 + 5 % of it + 10 % of both.
  assert.deepEqual(await taxesOf(bought), [
    ['S', 500, 779n, 39n],
    ['S', 1_000, 818n, 82n],
  ])
  const { lines, invoice } = await getInvoiceDetail(app, bought.actor, bought.invoice.id)
  assert.deepEqual([lines[0]!.taxMinor, lines[0]!.taxBasisPoints, invoice.totalMinor], [121n, 1_550, 900n])
})

for (const { locale, words } of [
  {
    locale: 'en' as const,
    words: /Reverse charge: the buyer owes the tax \(Art\. 196 of Council Directive 2006\/112\/EC\)/,
  },
  { locale: 'de' as const, words: /Steuerschuldnerschaft des Leistungsempfängers/ },
])
  test(`a document under reverse charge says so, with both VAT numbers (${locale})`, async () => {
    const bought = await buildOrder(app, { buyer: await frenchCompany(locale) })
    assert.deepEqual(await taxesOf(bought), [['AE', 0, 756n, 0n]])
    const printed = JSON.stringify(
      invoiceDocument(await getInvoiceDetail(app, bought.actor, bought.invoice.id), 'UTC').content,
    )
    assert.match(printed, words)
    assert.match(printed, /FR60815004395/)
    const detail = await getInvoiceDetail(app, bought.actor, bought.invoice.id)
    const { footer } = invoiceDocument(detail, 'UTC')
    assert.match(
      JSON.stringify(typeof footer === 'function' ? footer(1, 1, undefined as never) : footer),
      /DE000000000/,
    )
  })

test('the reason for a rate of their own is printed', async () => {
  const buyer = await buildCustomer(app)
  await sql`insert into tax_profiles (customer_id, attempts, override_basis_points, override_reason, updated_at)
    values (${buyer.customer.id}, 0, 0, 'Exempt as an embassy', now())`.execute(app.db)
  const bought = await buildOrder(app, { buyer })
  assert.deepEqual(await taxesOf(bought), [['E', 0, 756n, 0n]])
  const printed = JSON.stringify(
    invoiceDocument(await getInvoiceDetail(app, bought.actor, bought.invoice.id), 'UTC').content,
  )
  assert.match(printed, /Exempt as an embassy/)
})

test('the taxes of a numbered document can be neither changed, removed nor added to', async () => {
  const bought = await buildPaidOrder(app)
  await numberInvoices.run(app, {}, new AbortController().signal)
  const id = bought.invoice.id
  const fixed = { code: '23001', message: /numbered, its taxes cannot change/ }
  await assert.rejects(sql`update invoice_taxes set tax_minor = 0 where invoice_id = ${id}`.execute(app.db), fixed)
  await assert.rejects(sql`delete from invoice_taxes where invoice_id = ${id}`.execute(app.db), fixed)
  await assert.rejects(
    sql`insert into invoice_taxes select invoice_id, 1, name, category, rate_basis_points, compound, base_minor, tax_minor, note
      from invoice_taxes where invoice_id = ${id}`.execute(app.db),
    fixed,
  )
})

test('lines and taxes are of a document that there is, a document is of a seller that there is, and none of them goes or moves', async () => {
  const [{ invoice }, other] = [await buildOrder(app), await buildOrder(app)]
  const noSuch = { code: '23503' }
  await assert.rejects(
    sql`insert into invoice_lines select (jsonb_populate_record(l, '{"id": "inl_astray", "invoice_id": "inv_none"}')).*
      from invoice_lines l where invoice_id = ${invoice.id}`.execute(app.db),
    { ...noSuch, message: 'there is no invoice inv_none' },
  )
  await assert.rejects(
    sql`insert into invoice_taxes select (jsonb_populate_record(t, '{"invoice_id": "inv_none"}')).* from invoice_taxes t
      where invoice_id = ${invoice.id}`.execute(app.db),
    { ...noSuch, message: 'there is no invoice inv_none' },
  )
  await assert.rejects(
    sql`insert into invoices select (jsonb_populate_record(i, '{"id": "inv_astray", "legal_entity_id": "ent_none"}')).* from invoices i
      where id = ${invoice.id}`.execute(app.db),
    { ...noSuch, message: 'there is no legal entity ent_none' },
  )
  const stays = { code: '23001' }
  for (const change of [
    sql`delete from invoices where id = ${invoice.id}`,
    sql`update invoices set id = 'inv_renamed' where id = ${invoice.id}`,
    sql`update invoices set legal_entity_id = 'ent_none' where id = ${invoice.id}`,
    sql`delete from legal_entities`,
    sql`update legal_entities set id = 'ent_renamed'`,
    sql`update invoice_lines set invoice_id = ${other.invoice.id} where invoice_id = ${invoice.id}`,
    sql`update invoice_taxes set invoice_id = ${other.invoice.id}, position = 1 where invoice_id = ${invoice.id}`,
  ])
    await assert.rejects(change.execute(app.db), stays)
})

test('a document from before taxes were kept is proven by the same hash as ever', async () => {
  const { invoice } = await buildOrder(app)
  await sql`delete from invoice_taxes where invoice_id = ${invoice.id}`.execute(app.db)
  const { rows } = await sql<{ same: boolean }>`
    select invoice_content_hash(i.id, 'EZ-2026', 1, i.created_at) = encode(sha256(convert_to(jsonb_build_array(i.id, 'EZ-2026', 1,
      extract(epoch from i.created_at), i.customer_id, i.currency, i.subtotal_minor, i.tax_minor, i.total_minor, i.seller, i.buyer,
      (select jsonb_agg(jsonb_build_array(l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, l.tax_basis_points,
        l.tax_minor, l.period_start, l.period_end) order by l.position) from invoice_lines l where l.invoice_id = i.id))::text, 'UTF8')), 'hex') as same
    from invoices i where i.id = ${invoice.id}`.execute(app.db)
  assert.deepEqual(rows, [{ same: true }])
})
