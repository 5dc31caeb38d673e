import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { requireSettled, startProduct } from './product.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

test('somebody who bought a server sees what comes next, saves a second card and changes which one is charged', async () => {
  const { page, complaints } = await watchPage(await product.visit())
  await buyToPaymentPage(page, newBuyer(), 'billed1')
  await typeCard(page, CARDS.good)
  await page.waitForURL('**/orders/**/done**')
  // The card is known once the gateway's message has been worked.
  for (let tries = 0; tries < 40; tries += 1) {
    await page.goto(`${product.origin}/portal/billing`)
    if (await page.getByText('Charged by itself').isVisible()) break
    await page.waitForTimeout(500)
  }
  await requireAccessible(page, 'billing')
  await takeShot(page, 'billing-light-1280')

  await page.getByRole('button', { name: 'Add payment method' }).click()
  await page.waitForURL('**/c/pay/**')
  await page.fill('[name=number]', '5555555555554444')
  await page.fill('[name=expiry]', '11/40')
  await page.fill('[name=cvc]', '123')
  await page.fill('[name=name]', 'Robin Buyer')
  await page.getByRole('button', { name: /^Save/ }).click()
  await page.waitForURL('**/portal/billing**')
  await page.getByRole('button', { name: /4444 from now on/ }).click()
  await page.locator('li', { hasText: '4444' }).getByText('Charged by itself').waitFor()
  await takeShot(page, 'billing-two-cards-light-1280')

  await page.locator('li', { hasText: '4242' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.locator('li', { hasText: '4242' }).waitFor({ state: 'detached' })
  await page.locator('li', { hasText: '4444' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Save another payment method first').waitFor()
  // The page follows what is done elsewhere, and the refusal still stands.
  const elsewhere = await page.context().newPage()
  await elsewhere.goto(`${product.origin}/portal/billing`)
  await elsewhere.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Switch on' }).waitFor()
  assert.ok(await page.getByText('Save another payment method first').isVisible())
  // The browser itself says that the last card was refused to go.
  assert.deepEqual(complaints, [
    'console: Failed to load resource: the server responded with a status of 409 (Conflict)',
  ])
})

test('on a phone and in the dark the page of billing fits', async () => {
  const context = await product.visit({ phone: true, dark: true })
  const { page } = await watchPage(context)
  await page.goto(`${product.origin}/login`)
  await page.getByLabel('Email address').fill('customer@demo.localhost')
  await page.getByLabel('Password', { exact: true }).fill('try-the-portal')
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.waitForURL('**/portal')
  await page.goto(`${product.origin}/portal/billing`)
  await requireAccessible(page, 'billing on a phone')
  await takeShot(page, 'billing-dark-390')
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is cut off')
})

test('a month later the renewal is paid by the card that was left', async () => {
  await requireSettled(product)
})
