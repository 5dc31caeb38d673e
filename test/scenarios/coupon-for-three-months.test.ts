import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { lockInvoice } from '#modules/billing/billing-queries.ts'
import { discountsOf } from '#modules/billing/discount.ts'
import { voidInvoice } from '#modules/billing/void-invoice.ts'
import { goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import { buildItem, buildOrder, buildPaidOrder, tester } from '#test/support/builders.ts'
import { buildCoupon, cyclesLeft } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const NIGHTS = [
  '2027-02-14',
  '2027-02-28',
  '2027-03-17',
  '2027-03-31',
  '2027-04-16',
  '2027-04-30',
  '2027-05-17',
  '2027-05-31',
]

async function passMonths(): Promise<void> {
  for (const night of NIGHTS) {
    goTo(app, night)
    await passNight(app)
  }
}

/** What each document asked for and what coupons had taken off it. */
const story = async (customerId: string) =>
  (await listDocuments(app, customerId)).map(({ invoice, lines }) => [
    invoice.state,
    invoice.totalMinor,
    lines.reduce((sum, line) => sum + line.discountMinor, 0n),
  ])

const renewalMails = async (customerId: string): Promise<number> => {
  const mails = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', customerId)
    .execute()
  return mails.filter(({ template }) => template === 'renewal-invoice').length
}

test('a code at checkout makes the first three months cheaper, and then the full price is charged', async () => {
  goTo(app, '2027-01-31')
  const coupon = await buildCoupon(app, { code: 'HELLO', cycles: 3 })
  const { customer } = await buildPaidOrder(app, { codes: ['hello'] })
  await passMonths()
  assert.deepEqual(await story(customer.id), [
    ['paid', 720n, 180n],
    ['paid', 720n, 180n],
    ['paid', 720n, 180n],
    ['paid', 900n, 0n],
    ['paid', 900n, 0n],
  ])
  const [, second, , fourth] = await listDocuments(app, customer.id)
  assert.deepEqual(discountsOf(second!.lines[0]!.reasons), [{ coupon: coupon.id, name: 'Spring sale', off: '180' }])
  assert.deepEqual(discountsOf(fourth!.lines[0]!.reasons), [])
  assert.deepEqual(await runChecks(app), [])
})

test('an amount off two servers goes on at the renewals of each as it was shared at checkout', async () => {
  goTo(app, '2027-01-31')
  await buildCoupon(app, {
    code: 'TENOFF',
    kind: 'fixed',
    amounts: [{ currency: 'EUR', amountMinor: 501n }],
    cycles: null,
  })
  const items = [buildItem(), buildItem({ hostname: 'web2' })]
  const { customer } = await buildPaidOrder(app, { items, codes: ['tenoff'] })
  goTo(app, '2027-02-14')
  await passNight(app)
  const [first, second] = await listDocuments(app, customer.id)
  for (const { invoice, lines } of [first!, second!]) {
    assert.equal(invoice.totalMinor, 1_299n)
    assert.deepEqual(
      lines.map((line) => line.discountMinor),
      [251n, 250n],
    )
  }
})

test('months that a coupon makes free move on by themselves, paid by nobody', async () => {
  goTo(app, '2027-01-31')
  await buildCoupon(app, { code: 'FREE', percentBasisPoints: 10_000, cycles: 2 })
  const { customer } = await buildOrder(app, { codes: ['free'] })
  await app.work()
  goTo(app, '2027-02-14')
  await passNight(app)
  assert.deepEqual(await story(customer.id), [
    ['paid', 0n, 900n],
    ['paid', 0n, 900n],
  ])
  assert.equal(await renewalMails(customer.id), 0)
  goTo(app, '2027-03-17')
  await passNight(app)
  assert.equal(await renewalMails(customer.id), 1)
  assert.deepEqual((await story(customer.id)).at(-1), ['open', 900n, 0n])
  assert.deepEqual(await runChecks(app), [])
})

test('a renewal that is voided gives its month back, with the discount it had', async () => {
  goTo(app, '2027-01-31')
  await buildCoupon(app, { code: 'AGAIN', cycles: 2 })
  const { customer } = await buildPaidOrder(app, { codes: ['again'] })
  goTo(app, '2027-02-14')
  await passNight(app)
  const [, renewal] = await listDocuments(app, customer.id)
  const subscriptionId = renewal!.lines[0]!.subscriptionId!
  assert.deepEqual(await cyclesLeft(app, subscriptionId), [0])
  await app.transaction(tester, async (tx) => voidInvoice(tx, await lockInvoice(tx, renewal!.invoice.id)))
  assert.deepEqual(await cyclesLeft(app, subscriptionId), [1])
  await passNight(app)
  assert.deepEqual((await story(customer.id)).slice(1), [
    ['void', 720n, 180n],
    ['open', 720n, 180n],
  ])
  assert.deepEqual(await cyclesLeft(app, subscriptionId), [0])
})
