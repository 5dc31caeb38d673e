import assert from 'node:assert/strict'

type Fields = Record<string, string | undefined>

/** A page as a visitor without scripts has it before them. */
export type VisitedPage = {
  status: number
  url: URL
  html: string
  headers: Headers
  /** What can be read, with white space made one. */
  text: string
  /** Where the link with these words leads. */
  link(words: string): string
  /** Presses the button with these words: its form is sent with what it holds, overlaid by `fields` (undefined unticks); of several such, that of `formId`. */
  press(button: string, fields?: Fields, formId?: string): Promise<VisitedPage>
}

/** Where the pages are, and who answers for other sites. */
export type Visited = {
  origin: string
  config: { publicUrl: string }
  stripe: { fetch: (url: URL, init: RequestInit) => Promise<Response> }
}

export type Visitor = {
  open(address: string, headers?: HeadersInit): Promise<VisitedPage>
  cookie(name: string): string | undefined
}

/** A browser without scripts: cookies, links, forms and redirects, over real HTTP; `outside` answers for other sites. */
export function createVisitor(
  app: Visited,
  outside: (url: URL, init: RequestInit) => Promise<Response> = app.stripe.fetch,
): Visitor {
  const cookies = new Map<string, string>()

  async function send(url: URL, init: RequestInit): Promise<Response> {
    if (url.origin !== app.config.publicUrl && url.origin !== app.origin) return outside(url, init)
    const headers = new Headers(init.headers)
    // As a proxy in front of us would.
    headers.set('x-forwarded-host', new URL(app.config.publicUrl).host)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(app.origin + url.pathname + url.search, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/;\s*max-age=0\b/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  async function visit(address: string | URL, init: RequestInit = {}): Promise<VisitedPage> {
    let url = new URL(address, app.config.publicUrl)
    let response = await send(url, { ...init, redirect: 'manual' })
    for (let hops = 0; response.status >= 300 && response.status < 400 && response.status !== 304; hops += 1) {
      assert.ok(hops < 8, `redirects without end at ${url}`)
      url = new URL(response.headers.get('location') ?? '', url)
      response = await send(url, { redirect: 'manual' })
    }
    return pageOf(url, response, await response.text(), visit)
  }

  return {
    open: (address, headers) => visit(address, headers ? { headers } : {}),
    cookie: (name) => cookies.get(name),
  }
}

type Visit = (address: URL, init?: RequestInit) => Promise<VisitedPage>

function pageOf(url: URL, response: Response, html: string, visit: Visit): VisitedPage {
  return {
    status: response.status,
    url,
    html,
    headers: response.headers,
    text: readable(html),
    link(words) {
      for (const [, attributes = '', content = ''] of html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g))
        if (readable(content) === words || attribute(attributes, 'aria-label') === words)
          return attribute(attributes, 'href') ?? ''
      throw new Error(`There is no link "${words}" on ${url}`)
    },
    press(button, fields = {}, formId) {
      for (const [, attributes = '', content = ''] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)) {
        if (formId !== undefined && attribute(attributes, 'id') !== formId) continue
        const pressed = findButton(content, button)
        if (!pressed) continue
        const body = new URLSearchParams([...heldBy(content), ...pressed])
        for (const [name, value] of Object.entries(fields)) {
          assert.ok(content.includes(`name="${name}"`), `The form of "${button}" has no field ${name}`)
          body.delete(name)
          if (value !== undefined) body.set(name, value)
        }
        const action = new URL(attribute(attributes, 'action') ?? url.href, url)
        return visit(action, { method: 'POST', body })
      }
      throw new Error(`There is no button "${button}" on ${url}: ${readable(html).slice(0, 400)}`)
    },
  }
}

function findButton(form: string, words: string): [string, string][] | undefined {
  for (const [, attributes = '', content = ''] of form.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g)) {
    if (!readable(content).startsWith(words) && attribute(attributes, 'aria-label') !== words) continue
    const name = attribute(attributes, 'name')
    return name === undefined ? [] : [[name, attribute(attributes, 'value') ?? '']]
  }
  return undefined
}

/** What a form would send as it stands. */
function heldBy(form: string): [string, string][] {
  const held: [string, string][] = []
  for (const [, attributes = ''] of form.matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(attributes, 'name')
    const type = attribute(attributes, 'type') ?? 'text'
    const off = (type === 'radio' || type === 'checkbox') && !/\schecked/.test(attributes)
    if (name !== undefined && !off) held.push([name, attribute(attributes, 'value') ?? ''])
  }
  for (const [, attributes = '', content = ''] of form.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g))
    held.push([attribute(attributes, 'name') ?? '', decode(content)])
  for (const [, attributes = '', content = ''] of form.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
    const options = [...content.matchAll(/<option\b([^>]*)>([\s\S]*?)<\/option>/g)]
    const chosen = options.find(([, option = '']) => /\sselected/.test(option)) ?? options[0]
    held.push([attribute(attributes, 'name') ?? '', attribute(chosen?.[1] ?? '', 'value') ?? decode(chosen?.[2] ?? '')])
  }
  return held
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]
  return value === undefined ? undefined : decode(value)
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", nbsp: ' ' }

const decode = (text: string): string => text.replaceAll(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole)

const readable = (html: string): string =>
  decode(
    html
      .replaceAll(/<(script|style|title)\b[\s\S]*?<\/\1>/g, ' ')
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .replaceAll(/<[^>]+>/g, ' '),
  )
    .replaceAll(/\s+/g, ' ')
    .trim()
