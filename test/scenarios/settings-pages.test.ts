import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { buildOrder } from '#test/support/builders.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const BILLING = '/staff/settings/billing'
const REVIEW = 'Look at the change'

test('the settings stand in the rail for those who may open them, and begin with the first they may', async () => {
  const billing = await signedInStaff(app, 'billing')
  const first = await billing.open('/staff/settings')
  assertSound(first)
  assert.equal(first.url.pathname, BILLING)
  assert.match(first.html, /href="\/staff\/settings"/)
  const support = await signedInStaff(app, 'support')
  assert.equal((await support.open('/staff/settings')).url.pathname, '/staff/settings/mails')
  assert.equal((await support.open(BILLING)).status, 404)
})

test('a change is looked at with its effects, saved, kept in the history, and taken back', async () => {
  const staff = await signedInStaff(app, 'billing')
  const page = await staff.open(BILLING)
  assert.match(page.text, /What a customer sees/)
  assert.match(page.text, /4 days after a mail says that it is suspended tomorrow/)
  const review = await page.press(REVIEW, { renewalLeadDays: '10' }, 'renewals')
  assert.match(review.text, /This would change Days before a period ends 14 days → 10 days/)
  assert.match(review.text, /The next renewal of every agreement is set to its new day/)
  const saved = await review.press('Save')
  assert.match(saved.text, /Saved/)
  assert.match(saved.text, /1 earlier change .* Sam billing/)
  const event = await app.db
    .selectFrom('events')
    .selectAll()
    .where('name', '=', 'seller.settings_changed')
    .executeTakeFirstOrThrow()
  const restored = await staff.open(`${BILLING}?restore=${event.id}`)
  assert.match(restored.text, /These are the values from before that change/)
  const back = await restored.press(REVIEW, {}, 'renewals')
  assert.match(back.text, /10 days → 14 days/)
  assert.match((await back.press('Save')).text, /2 earlier changes/)
})

test('a form that was opened before a colleague saved is refused in words, and nothing typed is lost', async () => {
  const [sam, kim] = [await signedInStaff(app, 'billing'), await signedInStaff(app, 'admin')]
  const [mine, theirs] = [await sam.open(BILLING), await kim.open(BILLING)]
  await (await theirs.press(REVIEW, { couponsPerOrder: '2' }, 'orders')).press('Save')
  const refused = await mine.press(REVIEW, { couponsPerOrder: '5' }, 'orders')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /Somebody changed these settings while you had them open/)
  assert.match(refused.html, /value="5"/)
  assert.match((await refused.press(REVIEW, {}, 'orders')).text, /Codes for one order 2 → 5/)
})

test('a step that would surprise somebody is refused beside its line', async () => {
  const staff = await signedInStaff(app, 'billing')
  const page = await staff.open(BILLING)
  const refused = await page.press(REVIEW, { day5: '3' }, 'dunning')
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Day: The warning says "tomorrow": it has to be on day 4/)
})

test('numbers are previewed, begin elsewhere while none is given, and are switched to the day of issue', async () => {
  const staff = await signedInStaff(app, 'billing')
  const page = await staff.open('/staff/settings/numbering')
  assertSound(page)
  assert.match(page.text, /Next invoice EZ-\d{4}-000001/)
  const wrong = await page.press(REVIEW, { invoiceFormat: '{PREFIX}-{NNN}' }, 'numbering')
  assert.match(wrong.text, /Write the year as \{YYYY\} or \{YY\}/)
  const review = await page.press(REVIEW, { seriesPrefix: 'AC', numberedAtIssue: 'on' }, 'numbering')
  assert.match(review.text, /A new series begins: AC-\d{4}\./)
  assert.match(review.text, /Next invoice: AC-\d{4}-000001/)
  assert.match(review.text, /What is cancelled gets a credit note/)
  const saved = await review.press('Save')
  const begun = await saved.press('Begin with this number', { first: '501' }, 'begin-invoice')
  assert.match(begun.text, /Next invoice AC-\d{4}-000501/)
  const { invoice } = await buildOrder(app)
  await app.work()
  await numberInvoices.run(app, {}, new AbortController().signal)
  await app.work()
  const later = await staff.open('/staff/settings/numbering')
  assert.match(later.text, /Invoices: 501 to 501 next is 502/)
  assert.match((await staff.open(`/staff/invoices/${invoice.id}`)).text, /AC-\d{4}-000501/)
})

test('a currency is switched off with its effect told, and leaves the shop', async () => {
  const staff = await signedInStaff(app, 'billing')
  const page = await staff.open('/staff/settings/currencies')
  assertSound(page)
  assert.match(page.text, /EUR · Euro 2 decimals/)
  const review = await page.press(REVIEW, { sold: 'EUR', add: 'JPY' }, 'currencies')
  assert.match(review.text, /USD \(2 decimals\) sold → switched off/)
  assert.match(review.text, /JPY \(no decimals\) sold/)
  assert.match(review.text, /USD leaves the shop/)
  const saved = await review.press('Save')
  assert.match(saved.text, /JPY 0 prices, 0 agreements Without a price/)
  assert.doesNotMatch((await createVisitor(app).open('/pricing')).text, /\$\d/)
})

test('who sells is changed field by field; the zone cannot change while something runs', async () => {
  const staff = await signedInStaff(app, 'billing')
  await buildOrder(app)
  const page = await staff.open('/staff/settings/company')
  assertSound(page)
  const iban = await page.press(REVIEW, { bankHolder: 'EZ', bankIban: 'DE89 3704 0044 0532 0130 01' }, 'bank')
  assert.match(iban.text, /This IBAN is not right/)
  const zone = await page.press(REVIEW, { timeZone: 'Asia/Tokyo' }, 'basis')
  assert.match(zone.text, /count their days in the zone of now/)
  const review = await page.press(REVIEW, { name: 'EZ Solutions AG' }, 'company')
  assert.match(review.text, /Legal name EZ Solutions Demo GmbH → EZ Solutions AG/)
  assert.match((await review.press('Save')).text, /Saved/)
})

test('mails are shown in both languages, sent to oneself, and sent again from their log', async () => {
  const staff = await signedInStaff(app, 'billing')
  const page = await staff.open('/staff/settings/mails?mail=invoice-receipt')
  assertSound(page)
  assert.match(page.text, /Number of the invoice EXAMPLE-000042/)
  assert.match(page.text, /Receipt for invoice EXAMPLE-000042/)
  assert.match(page.text, /Zahlungsbeleg zu Rechnung EXAMPLE-000042/)
  assert.match((await page.press('Send it to myself')).text, /The mail is on its way to you/)
  await app.work()
  assert.ok(app.mail.messages().some(({ subject }) => subject === 'Receipt for invoice EXAMPLE-000042'))
  const log = await staff.open('/staff/settings/mails/log?mail=order-received')
  assertSound(log)
  assert.match(log.text, /ada@example\.com/)
  const part = await staff.open('/staff/settings/mails/log?q=DA@exam')
  assert.match(part.text, /ada@example\.com/)
  assert.doesNotMatch((await staff.open('/staff/settings/mails/log?q=a%25e')).text, /ada@example\.com/)
  assert.doesNotMatch(
    (await staff.open('/staff/settings/mails/log?q=ad')).text,
    /ada@example\.com/,
    'too little to look for',
  )
  assert.match((await log.press('Send again')).text, /The mail is on its way again/)
  const support = await signedInStaff(app, 'support')
  assert.doesNotMatch((await support.open('/staff/settings/mails/log')).text, /Send again/)
})
