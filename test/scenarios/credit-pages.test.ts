import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { billingChecks } from '#modules/billing/billing-checks.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { payByTransfer } from '#test/support/billing-builders.ts'
import { excludeCustomer } from '#modules/billing/prepare-repricing.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildChangeQuote } from '#test/support/change-builders.ts'
import { readCsv } from '#test/support/read-csv.ts'
import { buildRepricing } from '#test/support/repricing-builders.ts'
import { buildCustomer, buildOrder, buildPaidOrder } from '#test/support/builders.ts'
import { buildCorrection } from '#test/support/policy-money.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(async () => {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
  await app.close()
})

const visitor = await signedInStaff(app, 'billing')
const RECORD = '/staff/payments/record'
const invoiceOf = (id: string) =>
  app.db.selectFrom('invoices').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('goodwill is given on the page of the customer, listed for all, and taken back', async () => {
  const { customer } = await buildCustomer(app, { name: 'Gil Good', email: 'gil@example.com' })
  const address = `/staff/customers/${customer.id}`
  const refused = await (await visitor.open(address)).press('Give credit', { amount: 'ten', reason: 'Outage' })
  assert.match(refused.text, /Please enter an amount, such as 12\.50/)
  assert.match(refused.html, /value="Outage"/, 'nothing typed is lost')
  const given = await refused.press('Give credit', { amount: '7.50', reason: 'Outage' })
  assert.match(given.text, /Credit Pays the next.*€7\.50.*The credit is given/)
  const list = await visitor.open('/staff/credit?q=Gil&source=staff&left=yes')
  assertSound(list)
  assert.match(list.text, /Gil Good .*Goodwill .*Outage .*€7\.50 .*€7\.50/)
  await list.press('Take back')
  assert.match((await visitor.open('/staff/credit?q=Gil&left=yes')).text, /Nothing matches|No .*match/i)
})

test('money is found by its reference, recorded in parts, never twice, and what is too much is credit', async () => {
  const { invoice } = await buildOrder(app, {
    buyer: await buildCustomer(app, { name: 'Tina Transfer', email: 'tina@example.com' }),
  })
  const found = await visitor.open(`${RECORD}?q=${invoice.id.slice(-8).toUpperCase()}`)
  assertSound(found)
  assert.match(found.text, /Tina Transfer/)
  assert.match((await visitor.open(`${RECORD}?q=Tina`)).text, /Tina Transfer/)
  assert.match((await visitor.open(`${RECORD}?q=nobody@here`)).text, /No document for “nobody@here”/)

  const form = await visitor.open(`${RECORD}?invoice=${invoice.id}`)
  assertSound(form)
  const part = await form.press('Record money', { amount: '1.00', reference: 'RF-1' })
  assert.match(part.text, /The money is recorded/)
  assert.deepEqual([(await invoiceOf(invoice.id)).state, (await invoiceOf(invoice.id)).paidMinor], ['open', 100n])
  const again = await form.press('Record money', { amount: '1.00', reference: 'RF-1' })
  assert.equal(again.status, 409)
  assert.match(again.text, /Money with this reference was recorded already/)
  const future = await form.press('Record money', { amount: '1.00', reference: 'RF-2', receivedOn: '2999-01-01' })
  assert.match(future.text, /This day has not come yet/)
  await form.press('Record money', { amount: '1000', reference: 'RF-3' })
  await app.work()
  assert.equal((await invoiceOf(invoice.id)).state, 'paid')

  const unmatched = await visitor.open('/staff/unmatched')
  assert.match(unmatched.text, /Paid more than asked.*Tina Transfer/)
  const nothing = await unmatched.press('Use for open documents')
  assert.match(nothing.text, /no open document that the credit could pay/)
})

test('money that no document took pays what the customer owes when staff say so', async () => {
  const buyer = await buildCustomer(app, { name: 'Olaf Over', email: 'olaf@example.com' })
  const first = await buildOrder(app, { buyer })
  await payByTransfer(app, first.invoice.id, first.invoice.totalMinor + 5_000n)
  await app.work()
  const second = await buildOrder(app, { buyer })
  const page = await visitor.open('/staff/unmatched')
  assert.match(page.text, /Olaf Over/)
  const done = await page.press('Use for open documents')
  assert.match(done.text, /The credit is used/)
  await app.work()
  assert.equal((await invoiceOf(second.invoice.id)).state, 'paid')
})

test('credit notes are listed with their invoice, and found by number, name and state', async () => {
  const bought = await buildPaidOrder(app, {
    buyer: await buildCustomer(app, { name: 'Nora Note', email: 'nora@example.com' }),
  })
  await numberInvoices.run(app, {}, new AbortController().signal)
  await buildCorrection(app, bought.invoice.id)
  await app.work()
  const page = await visitor.open('/staff/credit-notes?q=Nora')
  assertSound(page)
  const number = /EZ-CN-\d{4}-\d{6}/.exec(page.text)?.[0]
  assert.ok(number, page.text)
  assert.match(page.text, /Nora Note.*A cent.*€0\.01/)
  assert.match((await visitor.open(`/staff/credit-notes?q=${number}&state=numbered`)).text, /Nora Note/)
  assert.doesNotMatch((await visitor.open('/staff/credit-notes?state=waiting')).text, /Nora Note/)
  const pdf = await visitor.open(page.link(number))
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
})

test('an invoice is written by hand: for a customer found by name, previewed, created once, paid on its page or voided', async () => {
  const { customer } = await buildCustomer(app, { name: 'Hanna Hand', email: 'hanna@example.com' })
  const list = await visitor.open('/staff/invoices')
  const search = await visitor.open(list.link('New invoice'))
  assertSound(search)
  assert.match((await visitor.open('/staff/invoices/new?q=nobody@here')).text, /No customer matches “nobody@here”/)
  assert.match((await visitor.open('/staff/invoices/new?q=Hanna')).html, new RegExp(`new\\?customer=${customer.id}`))
  const form = await visitor.open(`/staff/invoices/new?customer=${customer.id}`)
  assertSound(form)
  const filled = {
    text0: 'Moving two sites',
    quantity0: '2',
    price0: '45,00',
    reason: 'Agreed by phone',
    note: 'Thank you',
  }
  const wrong = await form.press('Preview', { ...filled, price0: 'much', quantity0: '0' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /Line 1, Price of one: Enter an amount, such as 12\.50/)
  assert.match(wrong.text, /Choose a whole number from 1 to 10,000/)
  assert.match((await form.press('Preview', { reason: 'x' })).text, /All lines together have to ask for something/)
  const more = await form.press('More lines', filled)
  assertSound(more)
  assert.match(more.html, /name="price5"/)
  const shown = await more.press('Preview', { text5: 'Travel', price5: '10' })
  assertSound(shown)
  assert.match(shown.text, /VAT 19 % €15\.97 Total €100\.00/)
  const changed = await shown.press('Create invoice over €100.00', { price5: '11' })
  assert.equal(changed.status, 409)
  assert.match(changed.text, /The total is another one now.*Total €101\.00/)
  const made = await changed.press('Create invoice over €101.00')
  assert.match(made.text, /The invoice is created/)
  assert.match(made.text, /Thank you/)
  await changed.press('Create invoice over €101.00')
  const own = await app.db.selectFrom('invoices').selectAll().where('customerId', '=', customer.id).execute()
  assert.equal(own.length, 1, 'the form sent twice is one invoice')
  assert.match((await visitor.open(`${made.url.pathname}/why`)).text, /Added by our team: Agreed by phone/)
  const part = await (await visitor.open(made.url.pathname)).press('Record money', { amount: '1.00', reference: 'H-1' })
  assert.match(part.text, /The money is recorded/)
  assert.equal(part.url.pathname, made.url.pathname)
  const twice = await part.press('Record money', { amount: '2.00', reference: 'H-1' })
  assert.match(twice.text, /Money with this reference was recorded already/)
  assert.equal(
    (await twice.press('Record money', { reference: 'H-2', amount: '2.00' })).url.pathname,
    made.url.pathname,
  )
  const voided = await (await visitor.open(made.url.pathname)).press('Void', { reason: 'Written twice' })
  assert.match(voided.text, /The document is void/)
  assert.equal((await invoiceOf(own[0]!.id)).state, 'void')
  const support = await signedInStaff(app, 'support')
  assert.doesNotMatch((await support.open('/staff/invoices')).text, /New invoice/)
  assert.equal((await support.open('/staff/invoices/new')).status, 404)
})

test('who would pay a new price is taken along as a file, as it is filtered, and that is logged', async () => {
  const paying = await buildPaidOrder(app, { buyer: await buildCustomer(app, { name: '=Paula "P" Payer' }) })
  const spared = await buildPaidOrder(app, { buyer: await buildCustomer(app, { name: 'Sam Spared' }) })
  const repricing = await buildRepricing(app)
  await excludeCustomer(app, staffAs('billing'), {
    repricingId: repricing.id,
    customerId: spared.customer.id,
    excluded: true,
  })
  const download = async (query: string) => {
    const { status, headers, text } = await fetchFile(`/staff/repricings/${repricing.id}/export${query}`)
    assert.deepEqual([status, headers.get('content-type')], [200, 'text/csv; charset=utf-8'])
    return readCsv(text.replace(/^\uFEFF/, ''))
  }
  const rows = await download('')
  const rowOf = (customerId: string) => rows.find((row) => row[1] === customerId)
  assert.deepEqual(rowOf(paying.customer.id)?.slice(4, 9), ['EUR', '1', '9.00', '11.00', '2.00'])
  assert.match(rowOf(paying.customer.id)![0]!, /Paula/)
  assert.doesNotMatch(rowOf(paying.customer.id)![0]!, /^=/, 'a spreadsheet must not work it')
  assert.deepEqual([rowOf(paying.customer.id)!.at(-1), rowOf(spared.customer.id)!.at(-1)], ['0', '1'])
  const some = await download('?q=Spared')
  assert.deepEqual(
    some.slice(1).map((row) => row[1]),
    [spared.customer.id],
  )
  const told = await app.db.selectFrom('events').select('name').where('subjectId', '=', repricing.id).execute()
  assert.equal(told.filter(({ name }) => /export/.test(name)).length, 2)
})

const fetchFile = async (path: string) => {
  const response = await fetch(`${app.origin}${path}`, {
    redirect: 'manual',
    headers: { cookie: `__Host-session=${visitor.cookie('__Host-session')}` },
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('staff see the quotes of all, of a customer and of an agreement', async () => {
  assert.match((await visitor.open('/staff/quotes')).text, /No quotes yet/)
  const sale = await buildPaidOrder(app, { buyer: await buildCustomer(app, { name: 'Quentin Quote' }) })
  const change = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
  const list = await visitor.open(`/staff/quotes?subject=${change.subscriptionId}&state=open`)
  assertSound(list)
  assert.match(list.text, /Quentin Quote .*Open 15 minutes left/)
  assert.match(list.html, new RegExp(`/change\\?quote=${change.id}`))
  assert.match((await visitor.open('/staff/quotes?state=expired')).text, /Nothing matches|No .*match/i)
  assertSound(await visitor.open(`/staff/quotes?customer=${sale.customer.id}&q=Quentin`))
})
