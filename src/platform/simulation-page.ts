import { readFileSync } from 'node:fs'
import type { Context, MiddlewareHandler } from 'hono'
import { csrf } from 'hono/csrf'
import { html } from 'hono/html'
import { secureHeaders } from 'hono/secure-headers'

/** Pages of the simulators themselves: one look, no scripts, nothing inline. Nothing of the product imports this. */
export type Html = ReturnType<typeof html>

export type PageLink = { label: string; href: string; current?: boolean }

const sharedCss = readFileSync(new URL('simulation-page.css', import.meta.url), 'utf8')

/** Answers a stylesheet: the shared look, then what the page adds. */
export const stylesheet =
  (own: string) =>
  (c: Context): Response =>
    c.body(`${sharedCss}\n${own}`, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' })

/** For every page: no script at all, and forms only from the page itself, so that no other site can press a button. */
export const pageSecurity: MiddlewareHandler[] = [
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      frameSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // Forms from a page without a referrer arrive with the origin "null", which the check below refuses.
    referrerPolicy: 'same-origin',
    strictTransportSecurity: false,
  }),
  csrf(),
]

/** A whole page. `stylesheet` is the path where `stylesheet()` is served. */
export const simulationPage = (page: {
  title: string
  name: string
  stylesheet: string
  links: PageLink[]
  body: Html
  /** Loads itself again and again: for watching, never for a page with a form. */
  refreshSeconds?: number
}): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.refreshSeconds ? html`<meta http-equiv="refresh" content="${page.refreshSeconds}" />` : ''}
        <title>${page.title} · ${page.name}</title>
        <link rel="stylesheet" href="${page.stylesheet}" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header class="top">
          <strong>${page.name}</strong>
          ${page.links.length > 0 ? html`<nav aria-label="Pages">${page.links.map(pageLink)}</nav>` : ''}
        </header>
        <main>${page.body}</main>
      </body>
    </html>`

const pageLink = ({ label, href, current }: PageLink): Html =>
  html`<a href="${href}" ${current ? html`aria-current="page"` : ''}>${label}</a>`

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' })

/** When something happened: "3 min. ago", the date after a week, and the exact UTC time on hover. */
export function moment(iso: string): Html {
  const seconds = (Date.now() - Date.parse(iso)) / 1_000
  const step = STEPS.find(([, length]) => seconds >= length)
  const words = step ? relative.format(-Math.floor(seconds / step[1]), step[0]) : 'just now'
  return html`<time datetime="${iso}" title="${iso}">${seconds > 7 * 86_400 ? iso.slice(0, 10) : words}</time>`
}
