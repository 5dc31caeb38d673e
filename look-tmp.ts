import { chromium } from 'playwright-core'
import { AxeBuilder } from '@axe-core/playwright'
const base = 'http://localhost:8180'
const [, , who = 'customer', ...paths] = process.argv
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const logins: Record<string, [string, string]> = { customer: ['customer@demo.localhost', 'try-the-portal'], staff: ['staff@demo.localhost', 'see-the-whole-story'] }
for (const [name, width, scheme] of [['wide', 1280, 'light'], ['phone', 390, 'dark']] as const) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme })
  const page = await context.newPage()
  page.on('console', (m) => { if (m.type() === 'error') console.log('console', m.text()) })
  if (who !== 'nobody') {
    await page.goto(base + '/login')
    await page.fill('input[name=email]', logins[who]![0]); await page.fill('input[name=password]', logins[who]![1])
    await page.click('button:has-text("Log in")'); await page.waitForLoadState('networkidle')
  }
  for (const path of paths) {
    await page.goto(base + path); await page.waitForLoadState('networkidle').catch(() => 0)
    const file = `/tmp/look/${path.replaceAll(/\W+/g, '_')}-${name}.png`
    await page.screenshot({ path: file, fullPage: true })
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
    console.log(file, violations.map((v) => v.id + ':' + v.nodes.map((n) => n.target.join(' ')).slice(0, 3)))
    const wide = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
    if (wide) console.log('OVERFLOW', path, name)
  }
  await context.close()
}
await browser.close()
