import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { checkVatNumbers } from '#modules/billing/check-vat-number.ts'
import { buildCustomer, PASSWORD } from '#test/support/api-client.ts'
import { buildCustomer as buildBuyer, buildOrder, SSH_KEY } from '#test/support/builders.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

async function signedIn(): Promise<Visitor> {
  const customer = await buildCustomer(app)
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email: customer.email, password: PASSWORD })
  return visitor
}

const PARIS = { company: 'SA Exemple', city: 'Paris', country: 'FR', vatId: 'FR 60 815 004 395' }
const BILLING = '/portal/profile/billing'

test('a customer enters a VAT number and reads how far its check is: checking, not answered, confirmed', async () => {
  const visitor = await signedIn()
  app.vies.setState('FR', false)
  const saved = await (await visitor.open(BILLING)).press('Save', PARIS)
  assert.match(saved.text, /Your VAT ID is being checked/)
  assert.match(saved.html, /value="FR60815004395"/, 'kept as the register writes it')
  await app.work()
  const silent = await visitor.open(BILLING)
  assertSound(silent)
  assert.match(silent.text, /could not be checked yet The register of your country does not answer/)
  app.vies.setState('FR', true)
  app.advance({ minutes: 2 })
  await checkVatNumbers.run(app, {}, new AbortController().signal)
  await app.work()
  const confirmed = await visitor.open(BILLING)
  assert.match(confirmed.text, /FR60815004395 is confirmed No VAT is charged; you owe it in your country/)
  assert.match(confirmed.text, /Registered to Simulated Company FR60815004395\. Checked on .* Consultation number WAPI/)
})

test('a number that is not valid is told, corrected, and asked about again', async () => {
  const visitor = await signedIn()
  const page = await visitor.open(BILLING)
  const foreign = await page.press('Save', { ...PARIS, vatId: 'DE123456789' })
  assert.equal(foreign.status, 422)
  assert.match(
    foreign.text,
    /VAT ID: This number is of another country than the address\. It should look like FR12345678901/,
  )
  const short = await page.press('Save', { ...PARIS, vatId: 'FR6081' })
  assert.match(short.text, /VAT ID: This number is not complete/)
  await page.press('Save', { ...PARIS, vatId: 'FR00000000000' })
  await app.work()
  const refused = await visitor.open(BILLING)
  assert.match(refused.text, /FR00000000000 is not a valid VAT ID/)
  app.advance({ minutes: 1 })
  assert.match((await refused.press('Check again')).text, /We are asking again/)
  await app.work()
  assert.match((await visitor.open(BILLING)).text, /is not a valid VAT ID/)
})

test('at checkout the total is that of the country, and without VAT as soon as the number is confirmed', async () => {
  const visitor = await signedIn()
  const configure = await visitor.open('/order/vps-starter?currency=EUR')
  await configure.press('Add to cart', { hostname: 'web1', sshKey: SSH_KEY })
  const checkout = await visitor.open('/checkout')
  assert.match(checkout.text, /Total today €9\.00 Includes 19% VAT €1\.44/)
  const abroad = await checkout.press('Update the tax', { ...PARIS, vatId: '' })
  assert.match(abroad.text, /Total today €9\.00 Includes 20% VAT €1\.50/)
  const wrong = await abroad.press('Update the tax', { vatId: 'FR1' })
  assert.match(wrong.text, /This number is not complete/)
  const checking = await abroad.press('Update the tax', { vatId: PARIS.vatId })
  assert.match(checking.text, /Your VAT ID is being checked/)
  assert.match(checking.text, /Order and pay €9\.00/)
  await app.work()
  const confirmed = await visitor.open('/checkout')
  assert.match(confirmed.text, /FR60815004395 is confirmed/)
  assert.match(confirmed.text, /VAT taken off -?−?€1\.44 Total today €7\.56/)
  assert.match(confirmed.text, /No VAT: reverse charge/)
  const paying = await confirmed.press('Order and pay', { terms: 'on' })
  assert.equal(paying.url.hostname, 'stripe.localhost')
  const [invoice] = await app.db.selectFrom('invoices').selectAll().orderBy('id', 'desc').limit(1).execute()
  assert.deepEqual([invoice!.taxMinor, invoice!.totalMinor], [0n, 756n])
  const document = await visitor.open(`/portal/invoices/${invoice!.id}`)
  assert.match(document.text, /VAT 0 % €0\.00/)
  assert.match(document.text, /Reverse charge: the buyer owes the tax \(Art\. 196/)
})

test('a page that still shows another total than the one of today orders nothing', async () => {
  const visitor = await signedIn()
  await (
    await visitor.open('/order/vps-starter?currency=EUR')
  ).press('Add to cart', { hostname: 'web1', sshKey: SSH_KEY })
  const old = await visitor.open('/checkout')
  await old.press('Update the tax', PARIS)
  await app.work()
  const refused = await old.press('Order and pay', { ...PARIS, terms: 'on' })
  assert.match(refused.text, /The price has changed while you were here/)
  assert.match(refused.text, /Total today €7\.56/)
})

test('staff see which rules hold, preview whom a new one is about, add it, and end it', async () => {
  const staff = await signedInStaff(app, 'billing')
  await buildBuyer(app, { country: 'CH' })
  const page = await staff.open('/staff/tax?q=switzerland')
  assertSound(page)
  assert.match(page.text, /Switzerland Name VAT Rate 0 % Category Out of scope \(O\)/)
  assert.match(
    (await staff.open('/staff/tax?q=germany')).text,
    /Domestic, and every place without a rule Name VAT Rate 19 %/,
  )
  const day = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  const wanted = { country: 'CH', name: 'MWST', rate: '8.1', category: 'S', validFrom: day.add({ days: 1 }).toString() }
  const wrong = await page.press('Preview', { ...wanted, category: 'O' })
  assert.match(wrong.text, /Only the standard category charges tax/)
  const review = await page.press('Preview', wanted)
  assert.match(
    review.text,
    /This would be charged .*Switzerland.* MWST .*8\.1 %.*1 customer is affected Switzerland: 1 customer/,
  )
  assert.match((await review.press('Add this rule')).text, /Saved/)
  assert.match((await review.press('Add this rule')).text, /A rule of this place begins on that day already/)
  const coming = await staff.open('/staff/tax?q=CH&view=other')
  assert.match(coming.text, /MWST/)
  app.advance({ days: 2 })
  const buyer = await buildBuyer(app, { country: 'CH' })
  assert.equal((await buildOrder(app, { buyer })).invoice.taxMinor, 67n)
  const rule = await app.db.selectFrom('taxRules').select('id').where('name', '=', 'MWST').executeTakeFirstOrThrow()
  const chosen = await staff.open(`/staff/tax?rule=${rule.id}`)
  const ended = await chosen.press('End this rule', { on: day.add({ days: 3 }).toString() })
  assert.match(ended.text, /Saved/)
  app.advance({ days: 1 })
  assert.equal((await buildOrder(app, { buyer: await buildBuyer(app, { country: 'CH' }) })).invoice.taxMinor, 0n)
})

test('the domestic rate cannot end before another follows it', async () => {
  const staff = await signedInStaff(app, 'admin')
  const rule = await app.db.selectFrom('taxRules').select('id').where('country', 'is', null).executeTakeFirstOrThrow()
  const refused = await (await staff.open(`/staff/tax?rule=${rule.id}`)).press('End this rule')
  assert.match(refused.text, /Nothing could be sold without a domestic rate/)
})

test('staff give a customer a rate of their own, 0 included, and take it back', async () => {
  const staff = await signedInStaff(app, 'billing')
  const buyer = await buildBuyer(app)
  const page = await staff.open(`/staff/customers/${buyer.customer.id}`)
  assertSound(page)
  assert.match(page.text, /Taxed by the rules of their country/)
  assert.match((await page.press('Save', { rate: '200', reason: 'Embassy' })).text, /Give a rate from 0 to 100/)
  const saved = await page.press('Save', { rate: '0', reason: 'Exempt as an embassy' })
  assert.match(saved.text, /Taxed at 0 % whatever the rules say\. Exempt as an embassy/)
  assert.equal((await buildOrder(app, { buyer })).invoice.taxMinor, 0n)
  assert.match((await saved.press('Tax by the rules again')).text, /Taxed by the rules of their country/)
  assert.equal((await buildOrder(app, { buyer })).invoice.taxMinor, 144n)
})

test('who may not change tax does not see its page, and only reads how a customer is taxed', async () => {
  const support = await signedInStaff(app, 'support')
  assert.doesNotMatch((await support.open('/staff')).html, /href="\/staff\/tax"/)
  assert.equal((await support.open('/staff/tax')).status, 404)
  const buyer = await buildBuyer(app)
  assert.doesNotMatch((await support.open(`/staff/customers/${buyer.customer.id}`)).text, /Set an own rate/)
})
