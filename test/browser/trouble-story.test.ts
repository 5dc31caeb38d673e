import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { endFaults, mailTo, planFault } from './outside.ts'
import { requireSettled, startProduct } from './product.ts'
import { signInStaff } from './staff.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const READY_MS = 60_000
/** Looked for once a minute. */
const EXPIRED_MS = 100_000
/** Tried again at growing intervals. */
const MAILED_MS = 150_000

test('a purchase completes while the mail server is down; when it is back each mail arrives once', async () => {
  const buyer = newBuyer()
  for (const method of ['CONNECT', 'MAIL'])
    await planFault(product, 'mail', { method, times: 10_000, action: { kind: 'drop' } })
  const customer = await watchPage(await product.visit())
  await buyToPaymentPage(customer.page, buyer, 'mail.example.com')
  await typeCard(customer.page, CARDS.good)
  await customer.page.waitForURL('**/done**')
  await customer.page.getByRole('heading', { name: 'Your server is ready' }).waitFor({ timeout: READY_MS })
  assert.deepEqual(await mailTo(product, buyer.email), [])

  const staff = await signInStaff(product)
  await staff.page.goto('/staff/jobs')
  const waiting = staff.page.getByRole('row', { name: 'notifications.send-email' })
  await waiting.getByText('Trying again').first().waitFor()
  await requireAccessible(staff.page, 'the list of jobs that are tried again')
  await takeShot(staff.page, 'story-mail-waits')

  await endFaults(product, 'mail')
  await waiting.first().waitFor({ state: 'detached', timeout: MAILED_MS })
  const subjects = await mailTo(product, buyer.email)
  assert.equal(subjects.length, 4, `one mail each to verify, for order, invoice and server: ${subjects.join(' | ')}`)
  assert.equal(new Set(subjects).size, 4, subjects.join(' | '))
  assert.deepEqual([...customer.complaints, ...staff.complaints], [])
  await requireSettled(product)
})

test('an order whose payment page was left is closed after a day and offers to order again', async () => {
  const buyer = newBuyer()
  const { page, complaints } = await watchPage(await product.visit())
  await buyToPaymentPage(page, buyer, 'left.example.com')
  const paymentPage = page.url()
  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByRole('heading', { name: 'Your order is placed' }).waitFor()
  await page.getByRole('button', { name: 'Pay now' }).waitFor()
  await page.getByText('otherwise the order is closed').waitFor()

  const moved = await product.ez('clock', 'advance', 'P1DT1H')
  assert.equal(moved.code, 0, moved.output)
  // The page was left open and follows by itself.
  await page.getByRole('heading', { name: 'This order was cancelled' }).waitFor({ timeout: EXPIRED_MS })
  await page.getByText('It was not paid in time, so it was closed. Nothing was charged').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Pay now' }).count(), 0)
  await requireAccessible(page, 'the page of an order that expired')
  await takeShot(page, 'story-order-expired')
  await page.getByRole('link', { name: 'See the plans' }).click()
  await page.waitForURL('**/pricing**')
  await page.goto('/portal/invoices')
  await page.getByRole('row', { name: 'Void' }).waitFor()
  await page.goto(paymentPage)
  await page.getByRole('heading', { name: 'This checkout has expired' }).waitFor()
  assert.deepEqual(complaints, [])

  const staff = await signInStaff(product)
  await staff.page.goto('/staff/orders?state=cancelled')
  await staff.page.locator('main tbody').getByRole('link').first().click()
  await staff.page.getByText('it was not paid in time').waitFor()
  await staff.page.getByRole('link', { name: buyer.name }).first().waitFor()
  assert.deepEqual(staff.complaints, [])
  await requireSettled(product)
})
