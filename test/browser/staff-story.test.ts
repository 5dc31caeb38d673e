import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Buyer, buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { endFaults, mailTo, planFault } from './outside.ts'
import { requireSettled, startProduct } from './product.ts'
import { signInStaff } from './staff.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const READY_MS = 60_000
const SETUP = [
  'Choose a node',
  'Reserve a machine number',
  'Reserve addresses',
  'Copy the image',
  'Wait for the copy',
  'Configure the machine',
  'Grow the disk',
  'Protect the network',
  'Start the machine',
  'Wait until it answers',
]

test('staff follow a paid order from the list to its customer, invoice, server and every step of the setup', async () => {
  const buyer = newBuyer()
  await buyServer(buyer, 'web1.example.com')
  const { page, complaints } = await signInStaff(product)
  await openOrderOf(page, buyer)
  const orderUrl = page.url()
  const setup = page.getByRole('list', { name: 'Steps' })
  // Nothing is reloaded by hand: the page follows the setup to its end.
  await setup.getByText('Wait until it answers, done').waitFor({ timeout: READY_MS })
  assert.deepEqual(await doneSteps(page), SETUP)
  await page.getByRole('list', { name: 'Payments' }).getByText('Succeeded').waitFor()

  await page.getByRole('link', { name: 'Set up a server: web1.example.com' }).click()
  await page.getByRole('heading', { name: 'Set up a server: web1.example.com' }).waitFor()
  assert.deepEqual(await doneSteps(page), SETUP)

  await page.goto(orderUrl)
  await page.getByRole('list', { name: 'Invoice' }).getByRole('link').click()
  await page.waitForURL('**/staff/invoices/**')
  await page.getByText('Paid', { exact: true }).first().waitFor()
  await page.getByText('Hauptstraße 1').first().waitFor()

  await page.goto(orderUrl)
  await page.getByRole('list', { name: 'Items' }).getByRole('link', { name: 'web1.example.com' }).click()
  await page.waitForURL('**/staff/services/**')
  await page.getByText('Active', { exact: true }).first().waitFor()
  await page
    .getByText(/203\.0\.113\.\d+/)
    .first()
    .waitFor()

  await page.getByRole('link', { name: buyer.name }).click()
  await page.waitForURL('**/staff/customers/**')
  await page.getByRole('list', { name: 'Services' }).getByRole('link', { name: 'web1.example.com' }).waitFor()
  await page.getByRole('link', { name: buyer.email }).waitFor()
  assert.deepEqual(complaints, [])
  await requireSettled(product)
})

test('a server that cannot be built is told truthfully, stands on the list of staff, and Retry builds it', async () => {
  const buyer = newBuyer()
  const errors = { storage: "storage 'ceph' does not exist" }
  const body = JSON.stringify({ errors, message: 'Parameter verification failed.' })
  const action = { kind: 'answer', status: 400, body } as const
  await planFault(product, 'proxmox', { method: 'POST', path: '/clone', times: 100, action })
  const customer = await buyServer(buyer, 'late.example.com')
  await customer.page.getByText('This server could not be set up').waitFor({ timeout: READY_MS })
  await customer.page.getByText('Your payment has arrived, but not everything could be set up').waitFor()
  await customer.page.getByText('Our team has been told').waitFor()
  assert.doesNotMatch(await customer.page.locator('main').innerText(), /ready|ceph|Proxmox/i)
  await requireAccessible(customer.page, 'the page of an order that could not be built')
  await takeShot(customer.page, 'story-order-failed')

  const staff = await signInStaff(product)
  await staff.page.goto('/staff/services?state=failed')
  const row = staff.page.getByRole('row', { name: 'late.example.com' })
  await row.getByText('Failed').waitFor()
  await row.getByRole('link', { name: 'late.example.com' }).click()
  await staff.page.getByText('Setup failed at “Copy the image” and was undone').waitFor()
  await staff.page.getByText("storage 'ceph' does not exist").first().waitFor()
  await requireAccessible(staff.page, 'the page of a server that could not be built')
  await takeShot(staff.page, 'story-server-failed')

  await staff.page.goto('/staff')
  const board = staff.page.getByRole('list', { name: 'Servers that could not be set up' })
  await board.getByRole('link', { name: 'late.example.com' }).waitFor()
  await endFaults(product, 'proxmox')
  await board.getByRole('button', { name: 'Retry' }).click()
  await staff.page.getByText('It will be tried again in a moment').waitFor()

  // The customer has kept the page open all the time.
  await customer.page.getByRole('heading', { name: 'Your server is ready' }).waitFor({ timeout: READY_MS })
  await customer.page.getByRole('link', { name: 'Go to your server' }).click()
  await customer.page.waitForURL('**/portal/services/**')
  await customer.page.getByText('Running').first().waitFor()
  await staff.page.getByText('Nothing needs you right now').waitFor()
  assert.deepEqual([...customer.complaints, ...staff.complaints], [])
  await requireSettled(product)
  // The receipt goes out beside these two, so its place among them is nobody's promise.
  const aboutServer = (await mailTo(product, buyer.email)).filter((subject) => subject.includes('late.example.com'))
  assert.deepEqual(aboutServer, ['We could not set up late.example.com yet', 'Your server late.example.com is ready'])
})

async function buyServer(buyer: Buyer, hostname: string) {
  const watched = await watchPage(await product.visit())
  await buyToPaymentPage(watched.page, buyer, hostname)
  await typeCard(watched.page, CARDS.good)
  await watched.page.waitForURL('**/done**')
  return watched
}

/** As on the telephone: the customer gives an email address, which leads straight to their page. */
async function openOrderOf(page: Page, buyer: Buyer): Promise<void> {
  await page.getByRole('searchbox', { name: 'Find a customer' }).fill(buyer.email)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/staff/customers/**')
  await page.getByRole('list', { name: 'Orders' }).getByRole('link').click()
  await page.waitForURL('**/staff/orders/**')
}

const doneSteps = (page: Page): Promise<string[]> =>
  page
    .getByRole('list', { name: 'Steps' })
    .locator('[data-state=done] p')
    .evaluateAll((lines) => lines.map((line) => line.firstChild?.textContent ?? ''))
