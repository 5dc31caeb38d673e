import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { computeQuote } from '#modules/orders/quote.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildCustomer, buildItem } from '#test/support/builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { buyerIn } from '#modules/billing/tax.ts'
import { setCustomerGroup } from './set-customer-group.ts'

const app = await createTestApp()
after(() => app.close())

test('a coupon for a group holds for those whom staff put into it, as long as they are in it', async () => {
  const { code } = await buildCoupon(app, { customerGroup: 'partners' })
  const { customer, actor } = await buildCustomer(app)
  const { id: customerId } = customer
  const quote = () =>
    computeQuote(app, { currency: 'EUR', items: [buildItem()], buyer: buyerIn('DE'), codes: [code], customerId })
  await assert.rejects(quote(), { code: 'coupon_not_for_you' })
  await assert.rejects(setCustomerGroup(app, actor, { customerId, group: 'partners' }), { code: 'permission_denied' })
  await setCustomerGroup(app, staffAs('billing'), { customerId, group: 'partners' })
  assert.equal((await quote()).discountMinor, 180n)
  await setCustomerGroup(app, staffAs('billing'), { customerId, group: null })
  await assert.rejects(quote(), { code: 'coupon_not_for_you' })
})
