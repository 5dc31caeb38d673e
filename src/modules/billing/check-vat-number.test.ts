import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { updateBillingDetails, type UpdateBillingDetailsInput } from '#modules/accounts/update-billing-details.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { buildCustomer, buildItem, type Buyer } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { checkVatNumbers } from './check-vat-number.ts'
import { requestVatCheck } from './request-vat-check.ts'
import { findTaxBuyer } from './tax-buyer.ts'
import { getVatStanding } from './vat-queries.ts'

const app = await createTestApp()
after(() => app.close())

const details = {
  name: 'Amélie Poulain',
  company: 'SA Exemple',
  addressLine1: '1 Rue de Test',
  addressLine2: null,
  postalCode: '75001',
  city: 'Paris',
  region: null,
  country: 'FR',
  vatId: 'FR60815004395',
}
const enter = (buyer: Buyer, changed: Partial<UpdateBillingDetailsInput> = {}) =>
  updateBillingDetails(app, buyer.actor, { ...details, ...changed })

const standing = (buyer: Buyer) => getVatStanding(app, buyer.actor, buyer.customer.id)

/** Tax and total of a server for a month, as the buyer sees them now. */
async function priced(buyer: Buyer): Promise<[bigint, bigint]> {
  const quote = await computeQuote(app, {
    currency: 'EUR',
    items: [buildItem()],
    buyer: await findTaxBuyer(app, buyer.actor),
  })
  return [quote.taxMinor, quote.totalMinor]
}
const WITH_TAX = [150n, 900n]
const WITHOUT = [0n, 756n]

const later = async (duration: Temporal.DurationLike) => {
  app.advance(duration)
  await checkVatNumbers.run(app, {}, new AbortController().signal)
  await app.work()
}

/** Every answer about a customer's number, the oldest first. */
const answersOf = (buyer: Buyer) =>
  app.db
    .selectFrom('vatChecks')
    .select(['outcome', 'errorCode', 'requestIdentifier', 'name'])
    .where('customerId', '=', buyer.customer.id)
    .orderBy('id')
    .execute()

test('a company enters its VAT number, and from the answer on it is charged no tax', async () => {
  const buyer = await buildCustomer(app)
  await enter(buyer, { vatId: 'fr 60 815 004 395' })
  assert.equal((await standing(buyer)).state, 'checking')
  assert.deepEqual(await priced(buyer), WITH_TAX)
  await app.work()
  const { state, number, proof } = await standing(buyer)
  assert.deepEqual([state, number, proof?.name], ['confirmed', 'FR60815004395', 'Simulated Company FR60815004395'])
  assert.match(proof?.requestIdentifier ?? '', /^WAPI/)
  assert.ok(proof?.requestDate)
  assert.deepEqual(await priced(buyer), WITHOUT)
})

test('while VIES is down tax is charged, and once it is back the next quote is without', async () => {
  const buyer = await buildCustomer(app)
  app.vies.setState('FR', false)
  await enter(buyer)
  await app.work()
  assert.equal((await standing(buyer)).state, 'unreachable')
  assert.deepEqual(await priced(buyer), WITH_TAX)
  await later({ seconds: 30 })
  assert.equal((await answersOf(buyer)).length, 1, 'not before a minute is over')
  await later({ seconds: 31 })
  assert.equal((await answersOf(buyer)).length, 2)
  app.vies.setState('FR', true)
  await later({ minutes: 1 })
  assert.equal((await standing(buyer)).state, 'unreachable', 'the second pause is longer')
  await later({ minutes: 1 })
  assert.equal((await standing(buyer)).state, 'confirmed')
  assert.deepEqual(await priced(buyer), WITHOUT)
  assert.deepEqual(
    (await answersOf(buyer)).map(({ outcome, errorCode }) => [outcome, errorCode]),
    [
      ['unknown', 'MS_UNAVAILABLE'],
      ['unknown', 'MS_UNAVAILABLE'],
      ['valid', null],
    ],
  )
})

test('a number that nobody has is told to be not valid, and is charged tax', async () => {
  const buyer = await buildCustomer(app)
  await enter(buyer, { vatId: 'FR00000000000' })
  await app.work()
  assert.equal((await standing(buyer)).state, 'invalid')
  assert.deepEqual(await priced(buyer), WITH_TAX)
  await later({ days: 40 })
  assert.equal((await answersOf(buyer)).length, 1, 'a clear no is not asked about again')
})

test('what was proven of one number says nothing about the next', async () => {
  const buyer = await buildCustomer(app)
  await enter(buyer)
  await app.work()
  assert.deepEqual(await priced(buyer), WITHOUT)
  await enter(buyer, { vatId: 'FR11111111111' })
  assert.deepEqual(await priced(buyer), WITH_TAX, 'also before anything was asked')
  await app.work()
  assert.deepEqual(await priced(buyer), WITHOUT)
  await enter(buyer, { vatId: null })
  await app.work()
  assert.deepEqual([(await standing(buyer)).state, await priced(buyer)], ['none', WITH_TAX])
})

test('a proof is asked for again after 30 days and stands until the answer is no', async () => {
  const buyer = await buildCustomer(app)
  await enter(buyer)
  await app.work()
  await later({ days: 29 })
  assert.equal((await answersOf(buyer)).length, 1)
  app.vies.setState('FR', false)
  await later({ days: 1, minutes: 1 })
  assert.deepEqual(
    (await answersOf(buyer)).map(({ outcome }) => outcome),
    ['valid', 'unknown'],
  )
  assert.deepEqual(await priced(buyer), WITHOUT, 'the old proof stands while nobody answers')
  // The company was dissolved meanwhile.
  app.vies.setState('FR', true)
  app.vies.strike('FR60815004395', true)
  await later({ minutes: 1 })
  assert.deepEqual([(await standing(buyer)).state, await priced(buyer)], ['invalid', WITH_TAX])
  app.vies.strike('FR60815004395', false)
})

test('after three days without an answer it is asked no more by itself, and again when the customer says so', async () => {
  const buyer = await buildCustomer(app)
  app.vies.setState('FR', false)
  await enter(buyer)
  await app.work()
  for (let hours = 0; hours < 78; hours += 6) await later({ hours: 6 })
  assert.equal((await standing(buyer)).state, 'given_up')
  const asked = (await answersOf(buyer)).length
  await later({ days: 2 })
  assert.equal((await answersOf(buyer)).length, asked)
  app.vies.setState('FR', true)
  await requestVatCheck(app, buyer.actor)
  await app.work()
  assert.deepEqual([(await standing(buyer)).state, await priced(buyer)], ['confirmed', WITHOUT])
})

test('a message that comes twice asks once', async () => {
  const buyer = await buildCustomer(app)
  await enter(buyer)
  await requestVatCheck(app, buyer.actor)
  await app.work()
  assert.equal((await answersOf(buyer)).length, 1)
})

test("another customer's VAT number is nobody's business", async () => {
  const [one, other] = [await buildCustomer(app), await buildCustomer(app)]
  await assert.rejects(getVatStanding(app, other.actor, one.customer.id), { code: 'customer_not_found' })
})

test('an answer that was written down can be neither changed nor removed', async () => {
  await assert.rejects(app.db.updateTable('vatChecks').set({ outcome: 'valid' }).execute(), { code: '23001' })
  await assert.rejects(app.db.deleteFrom('vatChecks').execute(), { code: '23001' })
})
