import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { DEMO, startProduct } from './product.ts'
import { requireAccessible, takeShot, type Watched, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

async function logIn({ email, password }: { email: string; password: string }): Promise<Watched> {
  const watched = await watchPage(await product.visit())
  await watched.page.goto(`${product.origin}/login`)
  await watched.page.getByLabel('Email address').fill(email)
  await watched.page.getByLabel('Password', { exact: true }).fill(password)
  await watched.page.getByRole('button', { name: 'Log in', exact: true }).click()
  await watched.page.waitForURL(/\/(portal|staff)$/)
  return watched
}

const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.origin + path)
  await page.waitForLoadState('networkidle')
}

test('a page with scripts leads to "is it you?" and back, and to the log-in when the session has ended', async () => {
  const { page, complaints } = await logIn(DEMO.customer)
  await open(page, '/portal/profile/api-tokens')
  assert.equal((await product.ez('clock', 'advance', 'PT16M')).code, 0)
  // The processes hear of the new time within a second.
  await page.waitForTimeout(1_500)
  await page.getByLabel('Name').fill('Late')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.waitForURL('**/confirm**')
  await page.getByLabel('Present password').or(page.getByLabel('Your password')).first().fill(DEMO.customer.password)
  await takeShot(page, 'confirm-from-page-light-1280')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL('**/api-tokens')

  await page.context().clearCookies({ name: '__Host-session' })
  await page.getByRole('link', { name: 'Services' }).first().click()
  await page.waitForURL('**/login**')
  await page.getByText('Your session has ended').waitFor()
  assert.deepEqual(complaints, [])
})

test('an owner takes their data along and closes the account; our people open it again', async () => {
  const { page, complaints } = await logIn(DEMO.customer)
  await open(page, '/portal/profile/data')
  await page.getByRole('button', { name: 'Put my data together' }).click()
  const link = page.getByRole('link', { name: 'Download' })
  await link.waitFor()
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  assert.match(file.suggestedFilename(), /^my-data-.*\.json$/)
  await page.getByRole('button', { name: 'Close account' }).first().click()
  await takeShot(page, 'close-account-light-1280')
  await page.getByRole('dialog').getByRole('button', { name: 'Close account' }).click()
  await page.waitForURL('**/login**')
  await page.getByText('The account is closed').waitFor()
  await requireAccessible(page, 'closed')
  assert.deepEqual(complaints, [])

  const colleague = await logIn(DEMO.staff)
  await open(colleague.page, '/staff/customers')
  await colleague.page.getByRole('link', { name: /Casey/ }).first().click()
  await colleague.page.getByText('This account is closed').waitFor()
  await requireAccessible(colleague.page, 'closed customer')
  await colleague.page.getByRole('button', { name: 'Open again' }).first().click()
  await colleague.page.getByRole('dialog').getByRole('button', { name: 'Open again' }).click()
  await colleague.page.getByText('The account is open again').first().waitFor()
  assert.deepEqual(colleague.complaints, [])
})
