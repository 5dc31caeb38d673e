import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { composeMail, SendBody } from './compose-mail.ts'
import { mailSearch } from './mail-search.ts'
import type { Mailbox, ReceivedMail } from './mailbox.ts'
import { mailDetails, mailHeaders, mailSummary } from './mailpit-json.ts'
import type { Chaos } from './smtp-steps.ts'

export type ChaosSettings = { get(): Chaos; set(chaos: Chaos): void }

const Trigger = z
  .object({ ErrorCode: z.int().min(400).max(599), Probability: z.int().min(0).max(100) })
  .default({ ErrorCode: 451, Probability: 0 })
const ChaosBody = z.object({ Authentication: Trigger, Sender: Trigger, Recipient: Trigger })
export const NO_CHAOS: Chaos = ChaosBody.parse({})

const Page = z.object({
  start: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(0).max(1_000).default(50),
})
const Ids = z.object({ IDs: z.array(z.string()).default([]) })
const ReadBody = Ids.extend({ Read: z.boolean().default(false), Search: z.string().default('') })
const TagsBody = Ids.extend({ Tags: z.array(z.string()).default([]) })

/** Mailpit 1.30's API under /api/v1: the part that its clients and our tests use. Refusals are plain text, as Mailpit's. */
export function mailpitApi(mailbox: Mailbox, chaos: ChaosSettings): Hono {
  const api = new Hono()
  const all = (): string[] => mailbox.list().map(({ id }) => id)

  api.onError((error, c) => {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error.message
    return c.req.path.endsWith('/send') ? c.json({ Error: reason }, 400) : c.text(`Error: ${reason}`, 400)
  })

  api.get('/messages', (c) => c.json(page(mailbox.list(), mailbox, c)))
  api.get('/search', (c) => c.json(page(mailbox.list().filter(mailSearch(query(c))), mailbox, c)))
  api.delete('/search', (c) => {
    mailbox.delete(matching(mailbox, query(c)))
    return c.text('ok')
  })
  api.delete('/messages', async (c) => {
    const { IDs } = Ids.parse(await optionalJson(c))
    mailbox.delete(IDs.length > 0 ? IDs : all())
    return c.text('ok')
  })
  api.put('/messages', async (c) => {
    const { IDs, Read, Search } = ReadBody.parse(await optionalJson(c))
    const chosen = Search ? matching(mailbox, Search) : all()
    for (const id of IDs.length > 0 ? IDs : chosen) mailbox.update(id, { read: Read })
    return c.text('ok')
  })

  api.route('/message/:id', messageApi(mailbox))
  api.post('/send', async (c) => {
    const mail = await mailbox.add(await composeMail(SendBody.parse(await c.req.json())))
    return c.json({ ID: mail.id })
  })
  api.get('/tags', (c) => c.json([...new Set(mailbox.list().flatMap(({ tags }) => tags))].toSorted()))
  api.put('/tags', async (c) => {
    const { IDs, Tags } = TagsBody.parse(await c.req.json())
    for (const id of IDs) mailbox.update(id, { tags: Tags })
    return c.text('ok')
  })
  api.get('/chaos', (c) => c.json(chaos.get()))
  api.put('/chaos', async (c) => {
    chaos.set(ChaosBody.parse(await optionalJson(c)))
    return c.json(chaos.get())
  })
  api.get('/info', (c) => c.json(info(mailbox)))
  return api
}

function messageApi(mailbox: Mailbox): Hono {
  const api = new Hono()
  const found = (c: Context): ReceivedMail | undefined => mailbox.find(c.req.param('id') ?? '')

  api.get('/', (c) => {
    const mail = found(c)
    if (!mail) return c.notFound()
    mailbox.update(mail.id, { read: true })
    return c.json(mailDetails(mail))
  })
  api.get('/headers', (c) => {
    const mail = found(c)
    return mail ? c.json(mailHeaders(mail)) : c.notFound()
  })
  api.get('/raw', (c) => {
    const mail = found(c)
    if (!mail) return c.notFound()
    return c.body(new Uint8Array(Buffer.from(mail.raw, 'latin1')), 200, { 'content-type': 'text/plain; charset=utf-8' })
  })
  api.get('/part/:partId', async (c) => {
    const mail = found(c)
    const part = mail && (await mailbox.part(mail.id, c.req.param('partId')))
    if (!part) return c.notFound()
    // A file from a mail must never run as a page of ours.
    return c.body(part.content, 200, {
      'content-type': part.about.contentType,
      'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(part.about.fileName)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    })
  })
  return api
}

const query = (c: Context): string =>
  z
    .string()
    .min(1, 'no search query')
    .parse(c.req.query('query') ?? '')

const matching = (mailbox: Mailbox, search: string): string[] =>
  mailbox
    .list()
    .filter(mailSearch(search))
    .map(({ id }) => id)

async function optionalJson(c: Context): Promise<unknown> {
  const body = await c.req.text()
  return body.trim() === '' ? {} : JSON.parse(body)
}

const unread = (some: ReceivedMail[]): number => some.filter(({ read }) => !read).length

function page(mails: ReceivedMail[], mailbox: Mailbox, c: Context) {
  const { start, limit } = Page.parse(c.req.query())
  const everything = mailbox.list()
  return {
    total: everything.length,
    unread: unread(everything),
    messages_count: mails.length,
    messages_unread: unread(mails),
    start,
    tags: [...new Set(everything.flatMap(({ tags }) => tags))].toSorted(),
    messages: mails.slice(start, start + limit).map(mailSummary),
  }
}

function info(mailbox: Mailbox) {
  const mails = mailbox.list()
  const tags: Record<string, number> = {}
  for (const tag of mails.flatMap((mail) => mail.tags)) tags[tag] = (tags[tag] ?? 0) + 1
  const bytes = mails.reduce((sum, mail) => sum + mail.raw.length, 0)
  return {
    Version: 'v1.30 (EZ Solutions simulator)',
    LatestVersion: '',
    Database: 'simulated',
    DatabaseSize: bytes,
    Messages: mails.length,
    Unread: unread(mails),
    Tags: tags,
    RuntimeStats: { Memory: process.memoryUsage.rss(), Uptime: Math.round(process.uptime()) },
  }
}
