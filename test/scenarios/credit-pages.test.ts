import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { billingChecks } from '#modules/billing/billing-checks.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { payByTransfer } from '#test/support/billing-builders.ts'
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
  assert.match((await visitor.open(`${RECORD}?q=nobody@here`)).text, /No open document for “nobody@here”/)

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
