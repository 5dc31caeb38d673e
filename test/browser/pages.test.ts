import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { BrowserContext } from 'playwright-core'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { DEMO, startProduct } from './product.ts'
import { layoutShift, requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const KB = 1_024
/** Compressed JavaScript on first load. */
const BUDGET = { shop: 5 * KB, portal: 160 * KB, staff: 190 * KB }
type Surface = keyof typeof BUDGET
type Cookies = Parameters<BrowserContext['addCookies']>[0]

const PAGES: Record<Surface, string[]> = {
  shop: [
    '/',
    '/de',
    '/pricing',
    '/products',
    '/products/vps',
    '/order/vps-professional',
    '/cart',
    '/checkout',
    '/legal/terms',
    '/login',
    '/register',
    '/forgot-password',
    '/nowhere',
  ],
  portal: ['/portal', '/portal/services', '/portal/invoices', '/portal/profile'],
  staff: [
    '/staff',
    '/staff/customers',
    '/staff/orders',
    '/staff/invoices',
    '/staff/services',
    '/staff/procedures',
    '/staff/jobs',
    '/staff/events',
    '/staff/catalog',
    '/staff/developer',
  ],
}
/** The links of the event log stand closer together than fingers need; to be mended. */
const NOT_YET_ON_PHONES = new Set(['/staff/events'])

const LOOKS = [
  { name: 'light-1280', dark: false, phone: false },
  { name: 'dark-390', dark: true, phone: true },
]

const cookies: Record<Surface, Cookies> = { shop: [], portal: [], staff: [] }

before(async () => {
  const buying = await product.visit()
  const { page } = await watchPage(buying)
  await buyToPaymentPage(page, newBuyer(), 'shown')
  await typeCard(page, CARDS.good)
  await page.waitForURL('**/done**')
  PAGES.shop.push(new URL(page.url()).pathname)
  await page.getByText('Your server is ready').waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Go to your server' }).click()
  await page.waitForURL('**/portal/services/**')
  PAGES.portal.push(new URL(page.url()).pathname)
  PAGES.staff.push(new URL(page.url()).pathname.replace('/portal', '/staff'))
  cookies.portal = await buying.cookies()
  cookies.shop = cookies.portal
  const signing = await product.visit()
  const staff = (await watchPage(signing)).page
  await staff.goto('/staff')
  await staff.fill('[name=email]', DEMO.staff.email)
  await staff.fill('[name=password]', DEMO.staff.password)
  await staff.getByRole('button', { name: 'Log in' }).click()
  await staff.waitForURL('**/staff')
  cookies.staff = await signing.cookies()
})

for (const surface of Object.keys(PAGES) as Surface[])
  describe(`the pages of ${surface}`, () => {
    for (const look of LOOKS)
      test(`are accessible, quiet and light (${look.name})`, async (context) => {
        for (const path of PAGES[surface].filter((each) => !(look.phone && NOT_YET_ON_PHONES.has(each)))) {
          const visit = await product.visit(look)
          if (path.startsWith('/orders') || surface !== 'shop') await visit.addCookies(cookies[surface])
          const { page, complaints, scriptBytes } = await watchPage(visit)
          const answer = await page.goto(path)
          const name = `${path} (${look.name})`
          await page.waitForLoadState('networkidle')
          const shift = await layoutShift(page)
          assert.ok(shift < 0.01, `${name} moves while it settles: ${shift}`)
          assert.doesNotMatch((await answer?.text()) ?? '', / style="/, `${name} has no style attributes`)
          assert.ok(scriptBytes() <= BUDGET[surface], `${name} loads ${Math.round(scriptBytes() / KB)} kB of scripts`)
          const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth + 1')
          assert.ok(!wide, `${name} fits the screen`)
          await requireAccessible(page, name)
          context.diagnostic(await takeShot(page, `${surface}${path.replaceAll(/[^a-z0-9]+/gi, '-')}-${look.name}`))
          assert.deepEqual(
            complaints.filter((each) => !(path === '/nowhere' && each.includes('404'))),
            [],
            name,
          )
          await visit.close()
        }
      })
  })
