import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { buyToPaymentPage, CARDS, newBuyer, typeCard } from './buy.ts'
import { startProduct } from './product.ts'
import { pageRoutes } from '../support/page-routes.ts'
import { signInStaff } from './staff.ts'
import { layoutShift, requireAccessible, takeShot, watchPage } from './watch-page.ts'

const product = await startProduct()
after(() => product.close())

const KB = 1_024
/** Compressed JavaScript on first load. */
const BUDGET = { shop: 5 * KB, portal: 160 * KB, staff: 190 * KB }
type Surface = keyof typeof BUDGET
type Cookies = Parameters<BrowserContext['addCookies']>[0]

/** Pages that only send on, that say nothing without what is in their address, and those for whoever builds pages. */
const PASSING = [
  /kit$/,
  /^\/(logout|invitation|join|confirm|verify-email|change-email|reset-password)$/,
  /^\/login\/code$/,
]

/** Every page that needs nothing in its address is looked at; these need something, or show more with it. */
const PAGES: Record<Surface, string[]> = {
  shop: [
    ...pagesOf((pattern) => !/^\/(portal|staff)(\/|$)/.test(pattern)),
    '/de',
    '/products/vps',
    '/order/vps-professional',
    '/reset-password?token=old',
    '/verify-email?token=old',
    '/change-email?token=old',
    '/nowhere',
  ],
  portal: [...pagesOf((pattern) => pattern.startsWith('/portal')), '/confirm?next=/portal/profile/api-tokens'],
  staff: [
    ...pagesOf((pattern) => pattern.startsWith('/staff')),
    '/staff/search?q=robin',
    '/staff/roles/support',
    ...['revenue?compare=1', 'recurring', 'ageing', 'tax', 'products?compare=1'].map(
      (report) => `/staff/reports/${report}`,
    ),
  ],
}
/** Lists whose newest entry has a page of its own. */
const LISTS: Record<'portal' | 'staff', string[]> = {
  portal: ['services', 'invoices', 'subscriptions'].map((each) => `/portal/${each}`),
  staff: ['customers', 'orders', 'invoices', 'services', 'procedures', 'payments', 'subscriptions', 'people'].map(
    (each) => `/staff/${each}`,
  ),
}

function pagesOf(surface: (pattern: string) => boolean): string[] {
  return pageRoutes
    .filter(({ file, pattern }) => file.endsWith('-page.tsx') && !/[:*]/.test(pattern) && surface(pattern))
    .map(({ pattern }) => pattern.replace('/de?', '') || '/')
    .filter((path) => !PASSING.some((each) => each.test(path)))
}

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
  for (const list of LISTS.portal) PAGES.portal.push(await newestOf(page, list))
  cookies.portal = await buying.cookies()
  cookies.shop = cookies.portal
  const staff = await signInStaff(product)
  cookies.staff = await staff.page.context().cookies()
  for (const list of LISTS.staff) PAGES.staff.push(await newestOf(staff.page, list))
})

/** Ids differ in every run; their kind is enough. */
const shotName = (path: string): string => path.replace(/_[0-9a-z]{26}/, '').replaceAll(/[^a-z0-9]+/gi, '-')

async function newestOf(page: Page, list: string): Promise<string> {
  await page.goto(list)
  const address = await page.locator(`main a[href^="${list}/"][href*="_"]`).first().getAttribute('href')
  assert.ok(address, `${list} leads to its entries`)
  return address
}

for (const surface of Object.keys(PAGES) as Surface[])
  describe(`the pages of ${surface}`, () => {
    for (const look of LOOKS)
      test(`are accessible, quiet and light (${look.name})`, async (context) => {
        const waiting = [...PAGES[surface]]
        const wrong: string[] = []
        const lookOn = async (): Promise<void> => {
          for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
            await lookAt(surface, look, path).then(
              (shot) => context.diagnostic(shot),
              // The other pages are looked at all the same.
              (error: unknown) => wrong.push(String(error)),
            )
        }
        // A page waits for its quiet while the other is drawn.
        await Promise.all([lookOn(), lookOn(), lookOn()])
        assert.deepEqual(wrong, [])
      })
  })

async function lookAt(surface: Surface, look: (typeof LOOKS)[number], path: string): Promise<string> {
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
  const shot = await takeShot(page, `${surface}${shotName(path)}-${look.name}`)
  assert.deepEqual(
    complaints.filter((each) => !(path === '/nowhere' && each.includes('404'))),
    [],
    name,
  )
  await visit.close()
  return shot
}
