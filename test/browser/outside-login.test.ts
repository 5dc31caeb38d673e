import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { OIDC_CLIENT, openIdProvider } from '#test/support/outside-login.ts'
import { DEMO, startProduct } from './product.ts'
import { requireAccessible, takeShot, watchPage } from './watch-page.ts'

/** A real OpenID Connect provider, with its own pages, and a person in a real browser. */
let provider: Awaited<ReturnType<typeof openIdProvider>>
const product = await startProduct(async (origin) => {
  provider = await openIdProvider(`${origin}/login/with/oidc/callback`)
  await provider.start()
  return {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: OIDC_CLIENT.id,
    OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
    OIDC_LABEL: 'Example ID',
  }
})
after(async () => {
  await product.close()
  await provider.stop()
})

/** The provider's own pages ask for fonts that are not to be had here. */
const ours = (complaints: string[]): string[] =>
  complaints.filter((each) => !each.startsWith('console: Failed to load resource'))

/** Logs in at the provider's own pages, and agrees. */
async function agreeThere(page: Page, sub: string): Promise<void> {
  await page.locator('input[name=login]').fill(sub)
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]').click()
}

test('somebody new comes in by their provider, and leaves and comes back in one press', async () => {
  provider.know({ sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada Byron' })
  const { page, complaints } = await watchPage(await product.visit())
  await page.goto(`${product.origin}/register`)
  await requireAccessible(page, 'register with a provider')
  await takeShot(page, 'outside-register-light-1280')
  await page.getByRole('link', { name: 'Continue with Example ID' }).click()
  await agreeThere(page, 'ada')
  await page.waitForURL('**/portal')
  await page.getByText('Ada Byron').first().waitFor()

  await page.context().clearCookies({ name: '__Host-session' })
  await page.goto(`${product.origin}/login`)
  await page.getByRole('link', { name: 'Continue with Example ID' }).click()
  await page.waitForURL('**/portal')
  assert.deepEqual(ours(complaints), [])
})

test('somebody connects it with the account they have, without scripts, on a phone, and logs in with it', async () => {
  provider.know({ sub: 'casey', email: 'casey@elsewhere.example', email_verified: true, name: 'Casey' })
  const { page } = await watchPage(await product.visit({ phone: true, dark: true, javaScript: false }))
  await page.goto(`${product.origin}/login`)
  await page.getByLabel('Email address').fill(DEMO.customer.email)
  await page.getByLabel('Password', { exact: true }).fill(DEMO.customer.password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.goto(`${product.origin}/portal/profile/security`)
  await page.getByRole('button', { name: 'Connect Example ID' }).click()
  await takeShot(page, 'outside-connect-dark-390')
  await page.getByRole('link', { name: 'Go on to Example ID' }).click()
  await agreeThere(page, 'casey')
  await page.waitForURL('**/portal/profile/security')
  await page.getByText('casey@elsewhere.example').waitFor()
  await takeShot(page, 'outside-connected-dark-390')

  const later = await watchPage(await product.visit())
  await later.page.goto(`${product.origin}/login`)
  await later.page.getByRole('link', { name: 'Continue with Example ID' }).click()
  await agreeThere(later.page, 'casey')
  await later.page.waitForURL('**/portal')
  await later.page.getByText('Casey Customer').first().waitFor()
  assert.deepEqual(ours(later.complaints), [])
})

test('whoever says no there is told, and finds the way back', async () => {
  const { page } = await watchPage(await product.visit())
  await page.goto(`${product.origin}/login`)
  await page.getByRole('link', { name: 'Continue with Example ID' }).click()
  await page.getByRole('link', { name: /cancel/i }).click()
  await page.getByRole('heading', { name: 'Logging in with Example ID did not work' }).waitFor()
  await requireAccessible(page, 'said no')
  await takeShot(page, 'outside-denied-light-1280')
  await page.getByRole('link', { name: 'Back to log in' }).click()
  await page.waitForURL('**/login')
})
