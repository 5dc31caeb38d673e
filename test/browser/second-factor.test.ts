import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { totpCode, totpStep } from '#modules/accounts/totp.ts'
import { DEMO, requireSettled, startProduct } from './product.ts'
import { requireAccessible, takeShot, type Watched, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const { email, password } = DEMO.customer
const SECURITY = '/portal/profile/security'
/** Codes are the wall clock's; each call takes a later one, since none works twice. */
let used = 0
function nextCode(secret: string): string {
  const step = Math.max(totpStep(Temporal.Now.instant()), used + 1)
  used = step
  return totpCode(secret, step)
}

async function logIn(look: { dark?: boolean; phone?: boolean }): Promise<Watched> {
  const watched = await watchPage(await product.visit(look))
  await watched.page.goto(`${product.origin}/login`)
  await watched.page.getByLabel('Email address').fill(email)
  await watched.page.getByLabel('Password', { exact: true }).fill(password)
  await watched.page.getByRole('button', { name: 'Log in', exact: true }).click()
  return watched
}

async function look(page: Page, name: string): Promise<void> {
  await requireAccessible(page, name)
  await takeShot(page, `second-factor-${name}`)
}

test('somebody sets up an authenticator app, and from then on logs in with it on a phone', async () => {
  const { page, complaints } = await logIn({})
  await page.waitForURL('**/portal')
  await page.goto(product.origin + SECURITY)
  await look(page, 'off-light-1280')
  await page.getByRole('button', { name: 'Set up' }).click()
  const picture = page.getByRole('img', { name: 'QR code for your authenticator app' })
  await picture.waitFor()
  assert.ok(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0))
  const secret = (await page.getByText(/^(?:[A-Z2-7]{4} ?){8}$/).innerText()).replaceAll(' ', '')
  await look(page, 'pending-light-1280')

  const form = page.locator('#second-factor')
  await form.getByLabel('Code').fill('000000')
  await form.getByLabel('Present password').fill(password)
  await form.getByRole('button', { name: 'Switch on' }).click()
  await form.getByRole('alert').waitFor()
  await look(page, 'refused-light-1280')
  await form.getByLabel('Code').fill(nextCode(secret))
  await form.getByLabel('Present password').fill(password)
  await form.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  const codes = (await page.locator('main').innerText()).match(/\b[a-z2-9]{5}-[a-z2-9]{5}\b/g) ?? []
  assert.equal(codes.length, 10)
  await look(page, 'codes-light-1280')
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes left').waitFor()
  await look(page, 'on-light-1280')
  // The refused form is the one answer with an error status.
  assert.deepEqual(
    complaints.filter((each) => !each.includes('422')),
    [],
  )

  const phone = await logIn({ dark: true, phone: true })
  await phone.page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  await look(phone.page, 'asked-dark-390')
  await phone.page.getByLabel('Code').fill(codes[0])
  await phone.page.getByRole('button', { name: 'Continue' }).click()
  await phone.page.waitForURL('**/portal')
  await phone.page.goto(product.origin + SECURITY)
  await phone.page.getByText('9 recovery codes left').waitFor()
  await look(phone.page, 'on-dark-390')
  assert.deepEqual(phone.complaints, [])
  await requireSettled(product)
})
