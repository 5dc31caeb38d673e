import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { startProduct } from './product.ts'
import { signInStaff } from './staff.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

test('staff send a part of a payment back, and the customer sees the refund and its credit note', async () => {
  const context = await product.visit()
  const { page: shop } = await watchPage(context)
  await buyToPaymentPage(shop, newBuyer(), 'web1.example.com')
  await typeCard(shop, CARDS.good)
  await shop.waitForURL('**/done**')

  const { page, complaints } = await signInStaff(product)
  await page.goto('/staff/payments')
  await page.getByRole('row').nth(1).getByRole('link').first().waitFor()
  await requireAccessible(page, 'the list of payments')
  await takeShot(page, 'staff-payments')
  await page.locator('a[href*="/staff/payments/pay_"]').first().click()
  await page.getByLabel('Amount').waitFor()
  await takeShot(page, 'staff-payment')
  await requireAccessible(page, 'a payment')
  await page.getByLabel('Amount').fill('2.50')
  await page.getByLabel('Reason').fill('Kind of us')
  await page.getByRole('button', { name: 'Refund' }).click()
  await page.getByText('The refund is under way').waitFor()
  await page.getByRole('list', { name: 'Refunds' }).getByText('Succeeded').waitFor({ timeout: 30_000 })
  await takeShot(page, 'staff-payment-refunded')
  for (const path of ['refunds?state=all', 'disputes', 'unmatched']) {
    await page.goto(`/staff/${path}`)
    await requireAccessible(page, path)
    await takeShot(page, `staff-${path.split('?')[0]}`)
  }
  assert.deepEqual(complaints, [])

  await shop.goto('/portal/invoices')
  await shop.locator('a[href*="/portal/invoices/inv_"]').first().click()
  await shop.getByText('Refunds and credit notes').waitFor()
  await shop.getByText(/Credit note EZ-CN-/).waitFor({ timeout: 90_000 })
  await requireAccessible(shop, 'an invoice that was corrected')
  await takeShot(shop, 'portal-invoice-corrected')
})

test('the pages fit a phone in the dark', async () => {
  const { page } = await signInStaff(product, { dark: true, phone: true })
  for (const path of ['payments', 'refunds?state=all', 'unmatched']) {
    await page.goto(`/staff/${path}`)
    await page.locator('h1').waitFor()
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 390, path)
    await takeShot(page, `phone-${path.split('?')[0]}`)
  }
  await page.goto('/staff/payments')
  await page.locator('a[href*="/staff/payments/pay_"]').first().click()
  await page.getByLabel('Amount').waitFor()
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 390)
  await takeShot(page, 'phone-payment')
})
