import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { html } from 'hono/html'
import {
  type Html,
  moment,
  type PageLink,
  pageSecurity,
  simulationPage,
  stylesheet,
} from '#platform/simulation-page.ts'
import { mailSearch } from './mail-search.ts'
import type { MailAddress, Mailbox, ReceivedMail } from './mailbox.ts'
import { snippet } from './mailpit-json.ts'

const css = readFileSync(new URL('mailbox-pages.css', import.meta.url), 'utf8')
const TABS = { html: 'HTML', text: 'Text', headers: 'Headers', raw: 'Raw' } as const
type Tab = keyof typeof TABS

/** The mailbox for people, and the two bare views of one mail that Mailpit has too (`/view/ID.html`, `/view/ID.txt`). */
export function mailboxPages(mailbox: Mailbox, links: PageLink[] = []): Hono {
  const pages = new Hono()
  const page = (title: string, body: Html): Html =>
    simulationPage({ title, name: 'Simulated mailbox', stylesheet: '/mailbox.css', links, body })

  pages.get('/mailbox.css', stylesheet(css))
  pages.get('/view/:file{[A-Za-z0-9]+\\.html}', (c) => {
    const mail = mailbox.find(c.req.param('file').slice(0, -'.html'.length))
    if (!mail?.html) return c.notFound()
    const shown = c.req.query('embed') === '1' ? `<base target="_blank">${mail.html}` : mail.html
    return c.html(withInlineImages(mail, shown), 200, MAIL_SECURITY)
  })
  pages.get('/view/:file{[A-Za-z0-9]+\\.txt}', (c) => {
    const mail = mailbox.find(c.req.param('file').slice(0, -'.txt'.length))
    return mail ? c.text(mail.text) : c.notFound()
  })

  for (const middleware of pageSecurity) pages.use(middleware)
  pages.get('/', (c) => {
    const query = c.req.query('query')?.trim() ?? ''
    return c.html(page(query ? `Search: ${query}` : 'Mail', listBody(mailbox, query)))
  })
  pages.get('/view/:id', (c) => {
    const mail = mailbox.find(c.req.param('id'))
    if (!mail) return c.html(page('Not found', notFoundBody()), 404)
    mailbox.update(mail.id, { read: true })
    const asked = c.req.query('tab') ?? ''
    const tab = asked in TABS ? (asked as Tab) : mail.html ? 'html' : 'text'
    return c.html(page(mail.subject || 'No subject', mailBody(mail, tab)))
  })
  pages.post('/delete', async (c) => {
    const { id } = await c.req.parseBody()
    mailbox.delete(typeof id === 'string' ? [id] : mailbox.list().map((mail) => mail.id))
    return c.redirect('/', 303)
  })
  return pages
}

/**
 * A stranger's HTML: no scripts, no forms, no frames, an origin of its own. Links open beside it; pictures and styles
 * load, since they are what one wants to check.
 */
const MAIL_SECURITY = {
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
    "img-src 'self' data: http: https:; font-src data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

function withInlineImages(mail: ReceivedMail, source: string): string {
  return source.replaceAll(/cid:([^"'\s)>]+)/g, (whole, contentId: string) => {
    const part = mail.parts.find((one) => one.contentId === contentId)
    return part ? `/api/v1/message/${mail.id}/part/${part.partId}` : whole
  })
}

function listBody(mailbox: Mailbox, query: string): Html {
  const all = mailbox.list()
  const mails = query ? all.filter(mailSearch(query)) : all
  const unread = all.filter((mail) => !mail.read).length
  const count = query ? `${mails.length} of ${all.length}` : `${all.length} · ${unread} unread`
  return html`<div class="head">
      <h1>Mail <span class="muted">${count}</span></h1>
      <form class="search" method="get" action="/" role="search">
        <label class="hidden" for="query">Search mail</label>
        <input
          id="query"
          name="query"
          type="search"
          value="${query}"
          placeholder="invoice, to:ann@example.com, is:unread"
        />
        <button>Search</button>
      </form>
      <a class="button" href="/">${query ? 'Clear' : 'Refresh'}</a>
      ${all.length > 0 && !query ? html`<form method="post" action="/delete"><button>Delete all</button></form>` : ''}
    </div>
    ${
      mails.length > 0
        ? html`<ol class="card mails">
            ${mails.map(mailRow)}
          </ol>`
        : emptyList(query)
    }`
}

const emptyList = (query: string): Html =>
  query
    ? html`<div class="card empty">
        <p>No mail matches <b>${query}</b>.</p>
        <p class="muted">
          Words, "phrases", and to: from: subject: message-id: is:unread has:attachment after: before:
        </p>
      </div>`
    : html`<div class="card empty">
        <p>No mail yet.</p>
        <p class="muted">What the platform sends arrives here, and nowhere else.</p>
      </div>`

const mailRow = (mail: ReceivedMail): Html =>
  html`<li class="${mail.read ? '' : 'unread'}">
    <a href="/view/${mail.id}">
      <span class="whom">${mail.recipients.join(', ')}</span>
      <span class="what"
        ><b>${mail.subject || 'No subject'}</b>${mail.read ? '' : html`<span class="hidden"> (unread)</span>`}
        <span class="muted snippet">${snippet(mail).slice(0, 160)}</span></span
      >
      <span class="when">${moment(mail.receivedAt)}</span>
    </a>
  </li>`

const notFoundBody = (): Html =>
  html`<div class="card empty">
    <p>This mail is not here.</p>
    <p><a href="/">All mail</a></p>
  </div>`

function mailBody(mail: ReceivedMail, tab: Tab): Html {
  const files = mail.parts.filter((part) => !part.inline)
  return html`<div class="head">
      <h1>${mail.subject || 'No subject'}</h1>
      <a class="button" href="/">All mail</a>
      <form method="post" action="/delete">
        <input type="hidden" name="id" value="${mail.id}" /><button>Delete</button>
      </form>
    </div>
    <dl class="card facts">
      ${fact('From', person(mail.from))} ${fact('To', mail.to.map(person).join(', '))}
      ${mail.cc.length > 0 ? fact('Cc', mail.cc.map(person).join(', ')) : ''}
      ${mail.bcc.length > 0 ? fact('Bcc', mail.bcc.map(person).join(', ')) : ''}
      ${mail.replyTo.length > 0 ? fact('Reply to', mail.replyTo.map(person).join(', ')) : ''}
      ${fact('Date', html`<time datetime="${mail.date}">${mail.date.slice(0, 19).replace('T', ' ')} UTC</time>`)}
      ${fact('Message-ID', html`<code>${mail.messageId}</code>`)}
    </dl>
    ${
      files.length > 0
        ? html`<ul class="files">
            ${files.map(
              (file) =>
                html`<li>
                  <a class="button" href="/api/v1/message/${mail.id}/part/${file.partId}" download="${file.fileName}"
                    >${file.fileName} · ${Math.ceil(file.size / 1_000)} kB</a
                  >
                </li>`,
            )}
          </ul>`
        : ''
    }
    <section class="card">
      <nav class="tabs" aria-label="Views of this mail">${Object.entries(TABS).map(tabLink(mail, tab))}</nav>
      ${tabBody(mail, tab)}
    </section>`
}

const tabLink =
  (mail: ReceivedMail, current: Tab) =>
  ([tab, label]: [string, string]): Html =>
    html`<a href="/view/${mail.id}?tab=${tab}" ${tab === current ? html`aria-current="page"` : ''}>${label}</a>`

const fact = (name: string, value: string | Html): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`

const person = ({ name, address }: MailAddress): string => (name ? `${name} <${address}>` : address)

function tabBody(mail: ReceivedMail, tab: Tab): Html {
  switch (tab) {
    case 'html':
      if (!mail.html) return html`<p class="empty muted">This mail has no HTML.</p>`
      return html`<iframe
        title="The mail as the recipient sees it"
        src="/view/${mail.id}.html?embed=1"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
      ></iframe>`
    case 'text':
      if (!mail.text) return html`<p class="empty muted">This mail has no text.</p>`
      return html`<pre class="words">
${mail.text
          .trim()
          .split(/(https?:\/\/[^\s<>"]+)/)
          .map(linkOrWords)}</pre>`
    case 'headers':
      return html`<table class="headers">
        ${mail.headers.map(
          ({ name, value }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="mono">${value}</td>
            </tr>`,
        )}
      </table>`
    case 'raw':
      return html`<pre tabindex="0">${Buffer.from(mail.raw, 'latin1').toString('utf8')}</pre>`
  }
}

/** `split` with a group puts the links at the odd places. */
const linkOrWords = (piece: string, index: number): Html | string =>
  index % 2 === 1 ? html`<a href="${piece}" target="_blank" rel="noreferrer">${piece}</a>` : piece
