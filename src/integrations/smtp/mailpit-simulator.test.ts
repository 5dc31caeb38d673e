import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Ajv, type AnySchema } from 'ajv'
import { mailSimulator, type MailSimulator } from './mailpit-simulator.ts'
import { smtpMailer } from './smtp.ts'

const contractFile = new URL('../../../../shared/contracts/mailpit/mailpit-api.swagger.json', import.meta.url)

describe('the mail simulator', () => {
  let mail: MailSimulator
  const call = async (path: string, method = 'GET', body?: unknown): Promise<Response> =>
    mail.fetch(`http://mail.simulated${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const json = async <T>(path: string): Promise<T> => (await call(path)).json() as Promise<T>
  const send = async (change: object = {}): Promise<string> => {
    const answer = await call('/api/v1/send', 'POST', {
      From: { Email: 'no-reply@shop.example', Name: 'Shop' },
      To: [{ Email: 'ann@example.com', Name: 'Ann' }],
      Subject: 'Invoice 17',
      Text: 'Please pay',
      HTML: '<p>Please <b>pay</b></p><img src="cid:logo"><script>alert(1)</script>',
      Attachments: [
        { Filename: 'račun.pdf', Content: Buffer.from('%PDF').toString('base64'), ContentType: 'application/pdf' },
        { Filename: 'logo.png', Content: 'iVBORw0KGgo=', ContentType: 'image/png', ContentID: 'logo' },
      ],
      ...change,
    })
    const { ID } = (await answer.json()) as { ID: string }
    return ID
  }

  before(() => {
    mail = mailSimulator({ smtpPort: 0 })
  })
  after(async () => mail.close())

  it('lists, finds, tags, marks and deletes mail as Mailpit does', async () => {
    const invoice = await send()
    const welcome = await send({ Subject: 'Welcome', Text: 'Hello', To: [], Bcc: ['bob@example.com'], Attachments: [] })
    const list = await json<{ total: number; messages: { ID: string; Bcc: object[]; Attachments: number }[] }>(
      '/api/v1/messages',
    )
    assert.deepEqual(
      list.messages.map(({ ID }) => ID),
      [welcome, invoice],
    )
    assert.deepEqual(list.messages[0]?.Bcc, [{ Name: '', Address: 'bob@example.com' }])
    assert.equal(list.messages[1]?.Attachments, 1, 'the picture inside the HTML is no attachment')

    const found = async (query: string): Promise<string[]> => {
      const page = await json<{ messages: { ID: string }[] }>(`/api/v1/search?query=${encodeURIComponent(query)}`)
      return page.messages.map(({ ID }) => ID)
    }
    assert.deepEqual(await found('to:ann subject:"invoice 17"'), [invoice])
    assert.deepEqual(await found('!to:ann'), [welcome])
    assert.deepEqual(await found('has:attachment after:2020-01-01'), [invoice])
    assert.deepEqual(await found('please pay'), [invoice])
    assert.deepEqual(await found('before:2020-01-01'), [])

    await call(`/api/v1/message/${invoice}`)
    assert.deepEqual(await found('is:read'), [invoice])
    await call('/api/v1/messages', 'PUT', { IDs: [invoice], Read: false })
    assert.deepEqual(await found('is:unread'), [welcome, invoice])
    await call('/api/v1/tags', 'PUT', { IDs: [welcome], Tags: ['first'] })
    assert.deepEqual(await json('/api/v1/tags'), ['first'])
    assert.deepEqual(await found('tag:first'), [welcome])

    assert.equal(await (await call('/api/v1/search?query=tag:first', 'DELETE')).text(), 'ok')
    assert.deepEqual(
      mail.messages().map(({ id }) => id),
      [invoice],
    )
    await call('/api/v1/messages', 'DELETE')
    assert.deepEqual(mail.messages(), [])
  })

  it('says what is wrong with a bad request, and 404 for mail that is not there', async () => {
    assert.equal((await call('/api/v1/message/nothing')).status, 404)
    assert.equal((await call('/api/v1/search')).status, 400)
    const refused = await call('/api/v1/send', 'POST', { From: { Email: 'nobody' } })
    assert.equal(refused.status, 400)
    assert.match(((await refused.json()) as { Error: string }).Error, /email/i)
    assert.equal((await call('/api/v1/chaos', 'PUT', { Sender: { ErrorCode: 200, Probability: 1 } })).status, 400)
  })

  it('answers in the shapes of the Mailpit contract', async (t) => {
    if (!existsSync(contractFile)) return t.skip('skipped: contracts not present')
    const contract = JSON.parse(readFileSync(contractFile, 'utf8')) as { definitions: Record<string, Definition> }
    const ajv = new Ajv({ strict: false, validateFormats: false })
    ajv.addSchema(exact(contract), 'mailpit')
    const check = (definition: string, value: unknown): void => {
      const valid = ajv.validate({ $ref: `mailpit#/definitions/${definition}` }, value)
      assert(valid, `${definition}: ${ajv.errorsText()} in ${JSON.stringify(value)}`)
    }
    const id = await send()
    check('MessagesSummary', await json('/api/v1/messages?start=0&limit=10'))
    check('MessagesSummary', await json('/api/v1/search?query=invoice'))
    check('Message', await json(`/api/v1/message/${id}`))
    check('Message', await json('/api/v1/message/latest'))
    check('ChaosTriggers', await json('/api/v1/chaos'))
    check('AppInformation', await json('/api/v1/info'))
    const headers = await json<Record<string, string[]>>(`/api/v1/message/${id}/headers`)
    assert.deepEqual(headers['From'], ['Shop <no-reply@shop.example>'])
    assert.match(await (await call(`/api/v1/message/${id}/raw`)).text(), /^Subject: Invoice 17\r$/m)
  })

  it('gives attachments back byte by byte, never as a page that could run', async () => {
    const id = await send()
    const { Attachments } = await json<{ Attachments: { PartID: string; FileName: string }[] }>(`/api/v1/message/${id}`)
    assert.equal(Attachments[0]?.FileName, 'račun.pdf')
    const part = await call(`/api/v1/message/${id}/part/${Attachments[0].PartID}`)
    assert.equal(await part.text(), '%PDF')
    assert.equal(part.headers.get('content-type'), 'application/pdf')
    assert.match(part.headers.get('content-security-policy') ?? '', /sandbox/)
    assert.equal((await call(`/api/v1/message/${id}/part/9`)).status, 404)
  })

  it('fails deliveries by chance when chaos is switched on', async () => {
    await mail.listen()
    mail.simulation.store.clear()
    const mailer = smtpMailer({ host: '127.0.0.1', port: mail.smtpPort, security: 'none', from: 'a@shop.example' })
    const one = { messageId: '<ntf_2@shop.example>', to: 'bob@example.com', subject: 'Hi', text: 'Hi', html: '' }
    await call('/api/v1/chaos', 'PUT', { Recipient: { ErrorCode: 451, Probability: 100 } })
    await assert.rejects(mailer.send(one), { code: 'mail_server_unavailable' })
    await call('/api/v1/chaos', 'PUT', {})
    const arrival = mail.waitFor((got) => got.recipients.includes('bob@example.com'))
    await mailer.send(one)
    assert.equal((await arrival).messageId, one.messageId)
    await assert.rejects(
      mail.waitFor(() => false, 1),
      /There is: bob@example\.com: Hi/,
    )
    const [last] = mail.simulation.calls
    assert.deepEqual([last?.method, last?.path, last?.status], ['DATA', 'bob@example.com', 250])
    mailer.close()
  })

  it('answers a client that speaks plain SMTP, and refuses a mail that is too large', async () => {
    const talk = await smtpTalk(mail.smtpPort, [
      'EHLO me',
      'MAIL FROM:<a@b.example>',
      'RCPT TO:<c@d.example>',
      'DATA',
      `${`${'x'.repeat(99)}\r\n`.repeat(101_000)}.`,
      'QUIT',
    ])
    assert.match(talk.at(-2) ?? '', /^552 /)
    assert.deepEqual(
      mail.messages().filter(({ recipients }) => recipients.includes('c@d.example')),
      [],
    )
  })

  it('still has its mail after it was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-'))
    const storeFile = join(folder, 'mail.sqlite')
    const first = mailSimulator({ smtpPort: 0, storeFile })
    await first.fetch('http://mail.simulated/api/v1/send', {
      method: 'POST',
      body: JSON.stringify({ From: { Email: 'a@b.example' }, To: [{ Email: 'c@d.example' }], Text: 'kept' }),
    })
    const second = mailSimulator({ smtpPort: 0, storeFile })
    assert.deepEqual(
      second.messages().map(({ text }) => text.trim()),
      ['kept'],
    )
    await first.close()
    await second.close()
    rmSync(folder, { recursive: true })
  })
})

describe('the simulated mailbox', () => {
  const mail = mailSimulator({ smtpPort: 0 })
  const get = async (path: string): Promise<Response> => mail.fetch(`http://mail.simulated${path}`)
  after(async () => mail.close())

  it('shows every mail and every view of it, without scripts or inline styles of its own', async () => {
    assert.match(await (await get('/')).text(), /No mail yet/)
    await mail.fetch('http://mail.simulated/api/v1/send', {
      method: 'POST',
      body: JSON.stringify({
        From: { Email: 'a@b.example' },
        To: [{ Email: 'c@d.example' }],
        Subject: '<b>Bold</b>',
        Text: 'Go to https://shop.example/verify?token=1&x=2 now',
        HTML: '<p>Hi <a href="https://shop.example">x</a></p><script>1</script>',
      }),
    })
    const [one] = mail.messages()
    assert(one)
    const list = await get('/')
    assert.match(list.headers.get('content-security-policy') ?? '', /default-src 'none'; style-src 'self'/)
    assert.match(await list.text(), /&lt;b&gt;Bold&lt;\/b&gt;/)
    assert.match(await (await get('/?query=zzz')).text(), /No mail matches/)
    for (const tab of ['html', 'text', 'headers', 'raw']) {
      const page = await get(`/view/${one.id}?tab=${tab}`)
      assert.equal(page.status, 200)
      assert.doesNotMatch(await page.text(), /<script| style="/)
    }
    const text = await (await get(`/view/${one.id}?tab=text`)).text()
    assert.match(text, /<a href="https:\/\/shop\.example\/verify\?token=1&amp;x=2"/)
    assert.equal((await get('/mailbox.css')).headers.get('content-type'), 'text/css; charset=utf-8')
    assert.equal((await get('/view/nothing')).status, 404)

    const framed = await get(`/view/${one.id}.html?embed=1`)
    const policy = framed.headers.get('content-security-policy') ?? ''
    assert.match(policy, /^sandbox allow-popups/)
    assert.doesNotMatch(policy, /script|allow-same-origin/)
    assert.match(await framed.text(), /^<base target="_blank">/)
    assert.match(await (await get(`/view/${one.id}.txt`)).text(), /^Go to https/)
  })

  it('deletes on request, and only on a request from its own pages', async () => {
    const press = async (origin: string): Promise<number> => {
      const answer = await mail.fetch('http://mail.simulated/delete', {
        method: 'POST',
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
        redirect: 'manual',
      })
      return answer.status
    }
    assert.equal(await press('https://evil.example'), 403)
    assert.equal(mail.messages().length, 1)
    assert.equal(await press('http://mail.simulated'), 303)
    assert.equal(mail.messages().length, 0)
  })
})

type Definition = { properties?: Record<string, Definition>; required?: string[]; additionalProperties?: unknown }

/** The contract, read strictly: no field that Mailpit does not have, and in mails none missing. */
function exact(contract: { definitions: Record<string, Definition> }): AnySchema {
  for (const [name, definition] of Object.entries(contract.definitions)) {
    if (!definition.properties) continue
    definition.additionalProperties = false
    if (/^(Message|MessageSummary|MessagesSummary|Attachment|Address|ChaosTriggers)$/.test(name))
      definition.required = Object.keys(definition.properties)
  }
  return contract
}

/** Says one line after each reply; answers with the replies. */
async function smtpTalk(port: number, lines: string[]): Promise<string[]> {
  const replies: string[] = []
  const left = [...lines]
  const socket = connect(port, '127.0.0.1')
  for await (const chunk of socket) {
    const reply = String(chunk)
    replies.push(reply)
    const next = left.shift()
    if (next !== undefined) socket.write(`${next}\r\n`)
  }
  return replies
}
