import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { SSH_KEY } from '#test/support/builders.ts'
import { startProduct } from './product.ts'
import { signInStaff } from './staff.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

test('staff make a coupon, give it out, and see it in their list', async () => {
  const { page, complaints } = await signInStaff(product)
  await page.getByRole('link', { name: 'Coupons' }).click()
  await page.getByText('No coupons yet').waitFor()
  await page.getByRole('link', { name: 'New coupon' }).first().click()
  await page.fill('[name=code]', 'Hello 26')
  await page.fill('[name=name]', 'Welcome')
  await page.fill('[name=percent]', '200')
  await page.fill('[name=cycles]', '3')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('Give a number from 0.01 to 100.').first().waitFor()
  await requireAccessible(page, 'the form of a coupon')
  await takeShot(page, 'staff-coupon-new')
  await page.fill('[name=percent]', '12.5')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('heading', { name: 'Hello 26' }).waitFor()
  await page.getByRole('button', { name: 'Give out' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Give out' }).click()
  await page.getByText('Active', { exact: true }).first().waitFor()
  await requireAccessible(page, 'a coupon')
  await takeShot(page, 'staff-coupon')
  await page.goto('/staff/coupons?q=hello26')
  await page.getByRole('link', { name: 'Hello 26' }).waitFor()
  await requireAccessible(page, 'the list of coupons')
  await takeShot(page, 'staff-coupons')
  assert.deepEqual(
    complaints.filter((each) => !each.includes('422')),
    [],
  )
})

async function fillCart(page: Page): Promise<void> {
  await page.goto('/order/vps-starter?currency=EUR')
  await page.fill('[name=hostname]', 'web1')
  await page.fill('[name=sshKey]', SSH_KEY)
  await page.locator('button:has-text("Add to cart"):visible').first().click()
  await page.waitForURL('**/cart')
}

async function tryCode(page: Page, code: string): Promise<void> {
  if (!(await page.locator('#coupon [name=code]:visible').count()))
    await page.locator('summary:has-text("code")').click()
  await page.locator('#coupon [name=code]').fill(code)
  await page.locator('#coupon button').click()
}

for (const [way, options] of [
  ['', {}],
  [' without scripts', { javaScript: false }],
] as const)
  test(`a visitor tries a wrong code, uses a right one, removes it and takes it back${way}`, async () => {
    const { page, complaints } = await watchPage(await product.visit(options))
    await fillCart(page)
    await tryCode(page, 'nonsense')
    await page.getByText('We do not know this code.').waitFor()
    if (!way) await requireAccessible(page, 'a cart with a refused code')
    await takeShot(page, `cart-code-refused${way.replaceAll(' ', '-')}`)
    await tryCode(page, 'HELLO26')
    await page.getByText('on the first 3 payments').waitFor()
    assert.match(await page.locator('[data-total]').innerText(), /7\.87/)
    await page.getByRole('button', { name: 'Remove the code Hello 26' }).click()
    await page.getByText('The code Hello 26 was removed.').waitFor()
    assert.match(await page.locator('[data-total]').innerText(), /9\.00/)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('on the first 3 payments').waitFor()
    if (!way) await requireAccessible(page, 'a cart with a code')
    await takeShot(page, `cart-code${way.replaceAll(' ', '-')}`)
    await page.getByRole('link', { name: 'Continue to checkout' }).click()
    await page.getByText('on the first 3 payments').waitFor()
    if (!way) await requireAccessible(page, 'a checkout with a code')
    await takeShot(page, `checkout-code${way.replaceAll(' ', '-')}`)
    assert.deepEqual(
      complaints.filter((each) => !each.includes('409')),
      [],
    )
  })

test('a code looks well on a phone in the dark, in German', async () => {
  const { page } = await watchPage(await product.visit({ phone: true, dark: true }))
  await fillCart(page)
  await tryCode(page, 'hello 26')
  await page.getByText('on the first 3 payments').waitFor()
  await page.goto('/de/cart')
  await page.getByText('bei den ersten 3 Zahlungen').waitFor()
  await requireAccessible(page, 'a German cart in the dark')
  await takeShot(page, 'cart-code-phone-dark')
})
