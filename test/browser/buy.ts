import type { Page } from 'playwright-core'
import { SSH_KEY } from '#test/support/builders.ts'

export const CARDS = { good: '4242424242424242', declined: '4000000000000002', authentication: '4000002500003155' }

export type Buyer = { name: string; email: string; password: string }

let buyers = 0
export const newBuyer = (): Buyer => {
  buyers += 1
  return { name: 'Robin Buyer', email: `robin${buyers}@example.com`, password: 'four random words here' }
}

/** From a plan's page to the gateway's hosted page, as a stranger who registers on the way. */
export async function buyToPaymentPage(page: Page, buyer: Buyer, hostname: string): Promise<void> {
  await page.goto('/order/vps-starter?currency=EUR')
  await page.fill('[name=hostname]', hostname)
  await page.fill('[name=sshKey]', SSH_KEY)
  await page.locator('button:has-text("Add to cart"):visible').first().click()
  await page.waitForURL('**/cart')
  await page.getByRole('link', { name: 'Continue to checkout' }).click()
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Create account and continue' }) })
  await form.locator('[name=name]').fill(buyer.name)
  await form.locator('[name=email]').fill(buyer.email)
  await form.locator('[name=password]').fill(buyer.password)
  await form.getByRole('button', { name: 'Create account and continue' }).click()
  await page.fill('[name=addressLine1]', 'Hauptstraße 1')
  await page.fill('[name=postalCode]', '10115')
  await page.fill('[name=city]', 'Berlin')
  await page.selectOption('[name=country]', 'DE')
  await page.check('[name=terms]')
  await page.locator('button:has-text("Order and pay"):visible').first().click()
  await page.waitForURL('**/c/pay/**')
}

/** Types a card into the gateway's hosted page. */
export async function typeCard(page: Page, number: string): Promise<void> {
  await page.fill('[name=number]', number)
  await page.fill('[name=expiry]', '12/40')
  await page.fill('[name=cvc]', '123')
  await page.fill('[name=name]', 'Robin Buyer')
  await page.getByRole('button', { name: /^Pay/ }).click()
}
