import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { DEMO, requireSettled, startProduct } from './product.ts'
import { layoutShift, requireAccessible, takeShot, type Watched, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const { email, password } = DEMO.customer
const SECURITY = '/portal/profile/security'

/** A device for passkeys built into the browser. */
type Device = {
  cdp: CDPSession
  authenticatorId: string
  /** Whether a finger is on it, or it waits for one. */
  touch: (there: boolean) => Promise<void>
  /** Whether it is the right finger. */
  know: (right: boolean) => Promise<void>
}

async function addDevice(page: Page): Promise<Device> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    cdp,
    authenticatorId,
    touch: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    know: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
  }
}

/** A built-in device without a person takes whatever a page offers, so pages offer nothing unless told. */
async function open(context: BrowserContext, { offers = false } = {}): Promise<Watched & Device> {
  if (!offers)
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)')
  const watched = await watchPage(context)
  return { ...watched, ...(await addDevice(watched.page)) }
}

async function logIn(page: Page): Promise<void> {
  await page.goto(`${product.origin}/login`)
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

async function look(page: Page, name: string): Promise<void> {
  await requireAccessible(page, name)
  await takeShot(page, `passkeys-${name}`)
}

/** Refused forms are answered with an error status, of which browsers complain. */
const unexpected = (complaints: readonly string[]): string[] => complaints.filter((each) => !each.includes('422'))

test('somebody adds a passkey, logs in with it alone, is asked for it after the password, and removes it', async () => {
  const { page, complaints, cdp, authenticatorId, touch, know } = await open(await product.visit())
  const card = page.locator('#passkeys')
  await logIn(page)
  await page.waitForURL('**/portal')
  await page.goto(product.origin + SECURITY)
  await card.getByText('You have no passkey yet.').waitFor()
  await look(page, 'none-light-1280')

  await card.getByRole('link', { name: 'Add a passkey' }).click()
  await look(page, 'add-light-1280')
  await card.getByLabel('Name').fill('My laptop')
  await card.getByLabel('Present password').fill('not this one')
  await card.getByRole('button', { name: 'Continue' }).click()
  await card.getByRole('alert').waitFor()
  await look(page, 'refused-light-1280')
  await card.getByLabel('Present password').fill(password)
  // Nobody puts a finger on it: the browser gives up, and the page says so.
  await know(false)
  await card.getByRole('button', { name: 'Continue' }).click()
  await card.getByText('Nothing happened').waitFor()
  await look(page, 'cancelled-light-1280')
  await know(true)
  await card.getByRole('button', { name: 'Try again' }).click()
  await card.getByText('My laptop').waitFor()
  await card.getByText('Never used').waitFor()
  await look(page, 'one-light-1280')

  await page.goto(`${product.origin}/logout`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto(`${product.origin}/login`)
  await look(page, 'login-light-1280')
  assert.ok((await layoutShift(page)) < 0.01)
  await touch(false)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.locator('button[aria-busy=true]').waitFor()
  await takeShot(page, 'passkeys-login-busy-light-1280')
  await page.reload()
  await touch(true)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.waitForURL('**/portal')

  await page.goto(product.origin + SECURITY)
  await card.getByText('Last used').waitFor()
  await card.getByRole('link', { name: 'Ask for a passkey as well' }).click()
  await look(page, 'ask-light-1280')
  await card.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await look(page, 'codes-light-1280')
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await card.getByText('10 recovery codes left').waitFor()
  await look(page, 'asked-for-light-1280')

  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
  // Offered among what the browser fills in, it is taken without a click.
  const offered = await open(await product.visit(), { offers: true })
  await offered.cdp.send('WebAuthn.addCredential', {
    authenticatorId: offered.authenticatorId,
    credential: credentials[0]!,
  })
  await offered.page.goto(`${product.origin}/login`)
  await offered.page.waitForURL('**/portal')
  assert.deepEqual(offered.complaints, [])

  // The same passkey on a phone, in the dark; a copy that had counted less would be refused.
  const moved = await offered.cdp.send('WebAuthn.getCredentials', { authenticatorId: offered.authenticatorId })
  const phone = await open(await product.visit({ dark: true, phone: true }))
  await phone.cdp.send('WebAuthn.addCredential', {
    authenticatorId: phone.authenticatorId,
    credential: moved.credentials[0]!,
  })
  await logIn(phone.page)
  await phone.page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  await look(phone.page, 'second-factor-dark-390')
  await phone.know(false)
  await phone.page.getByRole('button', { name: 'Use a passkey' }).click()
  await phone.page.getByText('Nothing happened').waitFor()
  await look(phone.page, 'second-factor-cancelled-dark-390')
  await phone.know(true)
  await phone.page.getByRole('button', { name: 'Use a passkey' }).click()
  await phone.page.waitForURL('**/portal')
  await phone.page.goto(product.origin + SECURITY)
  await look(phone.page, 'list-dark-390')

  await phone.page.getByRole('link', { name: 'Change My laptop' }).click()
  await look(phone.page, 'change-dark-390')
  await phone.page.locator('#passkey-name').getByLabel('Name').fill('Old laptop')
  await phone.page.getByRole('button', { name: 'Save name' }).click()
  await phone.page.locator('#passkeys').getByText('Old laptop').waitFor()
  await phone.page.getByRole('link', { name: 'Change Old laptop' }).click()
  await phone.page.getByLabel('Present password').last().fill(password)
  await phone.page.getByRole('button', { name: 'Remove passkey' }).click()
  await phone.page.locator('#passkeys').getByRole('alert').waitFor()
  await phone.page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await phone.page.getByText('You have no passkey yet.').waitFor()
  assert.deepEqual(unexpected(phone.complaints), [])

  // What opened nothing any more is told in words.
  await page.goto(`${product.origin}/logout`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto(`${product.origin}/login`)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.getByText('This passkey does not open an account here').waitFor()
  await look(page, 'login-refused-light-1280')
  assert.deepEqual(unexpected(complaints), [])
  await requireSettled(product)
})

test('a browser that knows no passkeys says so, and without scripts the page explains', async () => {
  const context = await product.visit({ dark: true, phone: true })
  await context.addInitScript('delete globalThis.PublicKeyCredential')
  const { page, complaints } = await watchPage(context)
  await page.goto(`${product.origin}/login`)
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.getByText('This browser cannot use passkeys').waitFor()
  await look(page, 'login-unsupported-dark-390')
  assert.deepEqual(complaints, [])
  const plain = await watchPage(await product.visit({ javaScript: false }))
  await plain.page.goto(`${product.origin}/login`)
  await plain.page.getByText('Logging in with a passkey needs JavaScript.').waitFor()
  assert.equal(await plain.page.getByRole('button', { name: 'Log in with a passkey' }).isVisible(), false)
  await takeShot(plain.page, 'passkeys-login-plain-light-1280')
})
