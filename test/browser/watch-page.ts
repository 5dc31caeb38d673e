import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'

const SHOTS = '.data/screenshots'
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What went wrong on a page without anybody seeing it. */
export type Watched = { page: Page; complaints: string[]; scriptBytes: () => number }

/** Opens a page that remembers console errors, refused resources, failed requests and what it loaded as scripts. */
export async function watchPage(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage()
  const complaints: string[] = []
  const sizes = new Map<string, number>()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => {
    complaints.push(`script: ${error.message}`)
  })
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? ''
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`)
    if (type.includes('javascript')) sizes.set(response.url(), Number(response.headers()['content-length'] ?? 0))
  })
  return { page, complaints, scriptBytes: () => [...sizes.values()].reduce((a, b) => a + b, 0) }
}

/** Fails on anything axe finds against WCAG 2.2 AA. */
export async function requireAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze()
  const found = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(', ')}`)
  assert.deepEqual(found, [], `${name} is accessible`)
}

/** Keeps a picture for people and gives its path. */
export async function takeShot(page: Page, name: string): Promise<string> {
  await mkdir(SHOTS, { recursive: true })
  const path = `${SHOTS}/${name}.png`
  await page.screenshot({ path, fullPage: true })
  return path
}

/** Runs in the browser, whose types this project's tests do not know. */
const SUM_OF_SHIFTS = `new Promise((done) => {
  let sum = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => done(sum), 150)
})`

/** How much of the page moved while it settled (Cumulative Layout Shift). */
export const layoutShift = (page: Page): Promise<number> => page.evaluate<number>(SUM_OF_SHIFTS)
