import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { apiClient, buildCustomer, type ProblemAnswer, vpsItem } from '#test/support/api-client.ts'
import { buildCoupon, couponInput } from '#test/support/coupon-builders.ts'
import { createCoupon } from '#modules/billing/save-coupon.ts'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

type Quote = {
  token: string
  totalMinor: number
  discountMinor: number
  coupons: { code: string; name: string; offMinor: number }[]
  items: { lines: { amountMinor: number; discountMinor: number }[] }[]
}

test('a program quotes with a code, sees what each line loses, and orders at that price', async () => {
  await buildCoupon(app, { code: 'Program' })
  const { api } = await buildCustomer(app)
  const wanted = { currency: 'EUR', items: [vpsItem()], codes: ['PROGRAM'] }
  const quote = await api.post<Quote>('/quotes', wanted)
  assert.equal(quote.status, 200)
  const { totalMinor, discountMinor, coupons, items } = quote.body
  assert.deepEqual([totalMinor, discountMinor], [720, 180])
  assert.deepEqual(coupons, [{ code: 'Program', name: 'Spring sale', offMinor: 180 }])
  assert.deepEqual([items[0]!.lines[0]!.amountMinor, items[0]!.lines[0]!.discountMinor], [720, 180])
  const without: ProblemAnswer = await api.post('/orders', { ...wanted, codes: [], quote: quote.body.token })
  assert.deepEqual([without.status, without.body.code], [409, 'quote_stale'])
  const order = await api.post<{ totalMinor: number }>('/orders', { ...wanted, quote: quote.body.token })
  assert.deepEqual([order.status, order.body.totalMinor], [201, 720])
})

test('trying codes is answered alike for those nobody made and those not valid yet, and 20 times an hour', async () => {
  const { code } = await buildCoupon(app, { validFrom: app.clock.now().add({ hours: 1 }) })
  const draft = await createCoupon(app, tester, couponInput())
  const { api } = await buildCustomer(app)
  const attempt = (tried: string): Promise<ProblemAnswer> =>
    api.post('/quotes', { currency: 'EUR', items: [vpsItem()], codes: [tried] })
  const answers = await Promise.all([attempt(code), attempt(draft.code), attempt('NOBODY-MADE-THIS')])
  const [first, ...others] = answers.map(({ status, body }) => ({ ...body, status, requestId: '' }))
  for (const other of others) assert.deepEqual(other, first)
  assert.equal(first!.code, 'coupon_unknown')
  for (let tried = 3; tried < 20; tried += 1) assert.equal((await attempt('x')).body.code, 'coupon_unknown')
  const over = await attempt('x')
  assert.deepEqual([over.status, over.body.code], [429, 'too_many_attempts'])
  const plain = await api.post('/quotes', { currency: 'EUR', items: [vpsItem()] })
  assert.equal(plain.status, 200, 'a quote without codes is not held up')
  assert.equal((await apiClient(app).post('/quotes', { currency: 'EUR', items: [vpsItem()] })).status, 200)
})
