import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { DEMO, startProduct } from './product.ts'
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

  const mail = (await (await fetch(`${product.mailbox}/api/v1/search?query=to:${buyer.email}`)).json()) as {
    messages: { Subject: string }[]
  }
  const subjects = mail.messages.map((message) => message.Subject)
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

test('staff see the whole story of an order', async () => {
  const { page, complaints } = await watchPage(await product.visit())
  await page.goto('/staff')
  await page.fill('[name=email]', DEMO.staff.email)
  await page.fill('[name=password]', DEMO.staff.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL('**/staff')
  await page.goto('/staff/orders')
  await page.locator('table a[href*="/staff/orders/ord_"]').first().click()
  await page.waitForURL('**/staff/orders/ord_**')
  await page.goto('/staff/procedures')
  await page
    .getByText(/create-vps|Create/i)
    .first()
    .waitFor()
  assert.deepEqual(complaints, [])
})

test('a machine that cannot be built is told truthfully, and staff can try again', async () => {
  await fetch(`${product.console}/api/proxmox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      method: 'POST',
      path: '/clone',
      times: 1,
      action: {
        kind: 'answer',
        status: 403,
        body: '{"data":null,"message":"Permission check failed (/vms/9000, VM.Clone)\\n"}',
      },
    }),
  })
  const { page } = await watchPage(await product.visit())
  await buyToPaymentPage(page, newBuyer(), 'unlucky')
  await typeCard(page, CARDS.good)
  await page.waitForURL('**/done**')
  await page
    .getByText(/could not be set up|could not set up/i)
    .first()
    .waitFor({ timeout: READY_MS })

  const staff = (await watchPage(await product.visit())).page
  await staff.goto('/staff')
  await staff.fill('[name=email]', DEMO.staff.email)
  await staff.fill('[name=password]', DEMO.staff.password)
  await staff.getByRole('button', { name: 'Log in' }).click()
  await staff.waitForURL('**/staff')
  await staff.goto('/staff/services?state=failed')
  await staff.getByRole('link', { name: 'unlucky' }).first().click()
  await staff
    .getByRole('button', { name: /retry|try again/i })
    .first()
    .click()
  await page.getByText('Your server is ready').waitFor({ timeout: READY_MS })
})

test('afterwards nothing is left to do and every promise holds', async () => {
  const quiet = await product.ez('quiesce', '--wait', '60')
  assert.equal(quiet.code, 0, quiet.output)
  const checked = await product.ez('check')
  assert.equal(checked.code, 0, checked.output)
})
