import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { DEMO, requireSettled, startProduct } from './product.ts'
import { requireAccessible, takeShot, type Watched, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

async function logIn(look: { dark?: boolean; phone?: boolean }): Promise<Watched> {
  const watched = await watchPage(await product.visit(look))
  await watched.page.goto(`${product.origin}/login`)
  await watched.page.getByLabel('Email address').fill(DEMO.customer.email)
  await watched.page.getByLabel('Password', { exact: true }).fill(DEMO.customer.password)
  await watched.page.getByRole('button', { name: 'Log in', exact: true }).click()
  await watched.page.waitForURL('**/portal')
  return watched
}

async function look(page: Page, name: string): Promise<void> {
  await requireAccessible(page, name)
  await takeShot(page, `team-${name}`)
}

/** The link in the latest mail, as the simulated mailbox shows it. */
async function invitationLink(page: Page, email: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const found = await page.request.get(`${product.mailbox}/api/v1/search?query=${encodeURIComponent(`to:${email}`)}`)
    const { messages } = (await found.json()) as { messages: { ID: string }[] }
    if (messages[0]) {
      const mail = await page.request.get(`${product.mailbox}/api/v1/message/${messages[0].ID}`)
      const { Text } = (await mail.json()) as { Text: string }
      return /http\S+\/invitation\S+/.exec(Text)![0]
    }
    await page.waitForTimeout(100)
  }
  throw new Error(`No mail reached ${email}`)
}

test('an owner shares the account, and the invited makes their login and finds their way', async () => {
  const { page, complaints } = await logIn({})
  await page.getByRole('link', { name: 'Team' }).first().click()
  await page.getByRole('heading', { name: 'Members' }).waitFor()
  await look(page, 'alone-light-1280')
  await page.getByLabel('Email address').fill('new.colleague@example.com')
  await page.getByRole('radio', { name: /^Technical/ }).check()
  await page.getByRole('button', { name: 'Send the invitation' }).click()
  await page.getByRole('heading', { name: 'Open invitations' }).waitFor()
  const link = await invitationLink(page, 'new.colleague@example.com')

  const guest = await watchPage(await product.visit({ dark: true, phone: true }))
  await guest.page.goto(link)
  await look(guest.page, 'invitation-dark-390')
  await guest.page.getByLabel('Full name').fill('Nina New')
  await guest.page.getByLabel('Password', { exact: true }).fill('four random words here')
  await guest.page.getByRole('button', { name: 'Create login and accept' }).click()
  await guest.page.waitForURL('**/portal')
  await look(guest.page, 'technical-home-dark-390')
  await guest.page.goto(`${product.origin}/portal/invoices`)
  await guest.page.getByRole('heading', { name: 'Your role does not include this' }).waitFor()
  await look(guest.page, 'no-access-dark-390')
  await guest.page.goto(`${product.origin}/portal/team`)
  await look(guest.page, 'team-dark-390')

  await page.reload()
  await page.getByText('Nina New').first().waitFor()
  await look(page, 'two-light-1280')
  await page.getByLabel('Role of Nina New').selectOption('admin')
  await page.getByRole('button', { name: 'Change role' }).click()
  await page.getByText('Their role is changed').waitFor()
  await guest.page.goto(`${product.origin}/portal`)
  await guest.page.waitForURL('**/login**')

  await page.getByRole('button', { name: 'Remove' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await look(page, 'remove-light-1280')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('They no longer share the account').waitFor()
  assert.deepEqual(complaints, [])
  await requireSettled(product)
})

test('a server is lent from its own page', async () => {
  const { page, complaints } = await watchPage(await product.visit({}))
  const buyer = newBuyer()
  await buyToPaymentPage(page, buyer, 'lent.example.com')
  await typeCard(page, CARDS.good)
  await page.waitForURL('**/orders/**')
  await page.goto(`${product.origin}/portal/services`)
  await page.getByRole('link', { name: 'lent.example.com' }).first().click()
  await page.getByRole('link', { name: 'Lend' }).click()
  await page.getByLabel('Their email address').waitFor()
  await look(page, 'lend-light-1280')
  await page.getByLabel('Their email address').fill('friend@example.com')
  await page.getByRole('button', { name: 'Lend it' }).click()
  await page.getByText('friend@example.com', { exact: true }).waitFor()
  await look(page, 'lent-light-1280')

  const friend = await watchPage(await product.visit({ dark: true, phone: true }))
  await friend.page.goto(await invitationLink(page, 'friend@example.com'))
  await friend.page.getByLabel('Full name').fill('Fred Friend')
  await friend.page.getByLabel('Password', { exact: true }).fill('four random words here')
  await friend.page.getByRole('button', { name: 'Create login and accept' }).click()
  await friend.page.waitForURL('**/portal')
  await look(friend.page, 'friend-home-dark-390')
  await page.reload()
  await look(page, 'grants-light-1280')
  await page.getByRole('link', { name: 'What they did' }).click()
  await page.getByText('They have not changed anything').waitFor()
  await look(page, 'grant-light-1280')
  assert.deepEqual([...complaints, ...friend.complaints], [])
  await requireSettled(product)
})
