import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { mailTo } from './outside.ts'
import { requireSettled, startProduct } from './product.ts'
import { watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const READY_MS = 60_000

test('a stranger buys a server: a declined card, then another, live steps, a running machine, a restart', async () => {
  const buyer = newBuyer()
  const { page, complaints } = await watchPage(await product.visit())
  await buyToPaymentPage(page, buyer, 'web1.example.com')
  await typeCard(page, CARDS.declined)
  await page
    .getByText(/declined/i)
    .first()
    .waitFor()
  await typeCard(page, CARDS.good)
  await page.waitForURL('**/done**')
  // Nothing is reloaded by hand: the page follows the events.
  await page.getByText('Your server is ready').waitFor({ timeout: READY_MS })
  await page.getByRole('link', { name: 'Go to your server' }).click()
  await page.waitForURL('**/portal/services/**')
  const address = await page
    .getByText(/203\.0\.113\.\d+/)
    .first()
    .textContent()
  assert.match(address ?? '', /203\.0\.113\.\d+/)

  await page.getByRole('button', { name: 'Restart' }).first().click()
  const dialog = page.locator('dialog[open]')
  await dialog.getByRole('button', { name: 'Restart' }).click()
  await page
    .getByText(/restart/i)
    .first()
    .waitFor()
  await page.getByText('Running').first().waitFor({ timeout: READY_MS })
  assert.deepEqual(complaints, [])

  const subjects = await mailTo(product, buyer.email)
  assert.equal(subjects.length, 4, `one mail each to verify, for order, invoice and server: ${subjects.join(' | ')}`)
})

test('without JavaScript the same story works', async () => {
  const { page, complaints } = await watchPage(await product.visit({ javaScript: false, phone: true }))
  await buyToPaymentPage(page, newBuyer(), 'plain')
  await typeCard(page, CARDS.authentication)
  await page.getByRole('button', { name: /complete/i }).click()
  await page.waitForURL('**/done**')
  for (let looks = 0; looks < 60 && !(await page.getByText('Your server is ready').isVisible()); looks += 1) {
    await page.waitForTimeout(1_000)
    await page.reload()
  }
  await page.getByRole('link', { name: 'Go to your server' }).click()
  await page
    .getByText(/203\.0\.113\.\d+/)
    .first()
    .waitFor()
  assert.deepEqual(complaints, [])
})

test('afterwards nothing is left to do and every promise holds', () => requireSettled(product))
