import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Mail } from '#modules/notifications/mailer.ts'
import type { FaultRule } from '#platform/simulation.ts'
import { mailSimulator, type MailSimulator } from './mailpit-simulator.ts'
import { smtpMailer, type SmtpConfig } from './smtp.ts'

const mail = (change: Partial<Mail> = {}): Mail => ({
  messageId: '<ntf_1@shop.example>',
  to: 'ann@example.com',
  subject: 'Your server is ready',
  text: 'Hello Ann',
  html: '<p>Hello Ann</p>',
  ...change,
})

describe('mail over SMTP', () => {
  let server: MailSimulator
  let mailer: ReturnType<typeof smtpMailer>
  const opened: { close(): void }[] = []

  const mailerFor = (change: Partial<SmtpConfig> = {}): ReturnType<typeof smtpMailer> => {
    const made = smtpMailer({
      host: '127.0.0.1',
      port: server.smtpPort,
      security: 'none',
      from: 'EZ Solutions <no-reply@shop.example>',
      clientName: 'shop.example',
      ...change,
    })
    opened.push(made)
    return made
  }
  const plan = (fault: Pick<FaultRule, 'method' | 'action'>): void => {
    server.simulation.faults.push({ path: '', times: 1, ...fault })
  }
  const later = (message: RegExp) => ({ kind: 'unavailable', code: 'mail_server_unavailable', message })
  const never = (message: RegExp) => ({ kind: 'conflict', code: 'mail_refused', message })

  before(async () => {
    server = mailSimulator({ smtpPort: 0 })
    await server.listen()
    mailer = mailerFor()
  })
  beforeEach(() => {
    server.simulation.faults.length = 0
    server.simulation.store.clear()
  })
  after(async () => {
    for (const one of opened) one.close()
    await server.close()
  })

  it('arrives with our Message-ID, both bodies, and a mark that a machine wrote it', async () => {
    const { acceptedAs } = await mailer.send(mail({ subject: 'Žoga — ready ✓', text: 'Živjo', html: '<p>Živjo</p>' }))
    const [got] = server.messages()
    assert(got)
    assert.match(acceptedAs, new RegExp(`queued as ${got.id}$`))
    assert.equal(got.messageId, '<ntf_1@shop.example>')
    assert.deepEqual(got.from, { name: 'EZ Solutions', address: 'no-reply@shop.example' })
    assert.equal(got.returnPath, 'no-reply@shop.example')
    assert.deepEqual(got.recipients, ['ann@example.com'])
    assert.equal(got.subject, 'Žoga — ready ✓')
    assert.equal(got.text.trim(), 'Živjo')
    assert.equal(got.html.trim(), '<p>Živjo</p>')
    assert.deepEqual(
      got.headers.filter(({ name }) => name === 'Auto-Submitted'),
      [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    )
  })

  it('is tried again later when the server says "not now", and then arrives', async () => {
    server.failNext('temporary')
    await assert.rejects(mailer.send(mail()), later(/try again later.*451/))
    assert.equal(server.messages().length, 0)
    await mailer.send(mail())
    assert.equal(server.messages().length, 1)
  })

  it('is refused for good when the server does not know the recipient', async () => {
    server.failNext('refused')
    await assert.rejects(mailer.send(mail()), never(/refuses this recipient.*550 5\.1\.1 No such user here/))
    assert.equal(server.messages().length, 0)
  })

  it('is refused for good when the server refuses its content or its size', async () => {
    plan({ method: 'DATA', action: { kind: 'answer', status: 554, body: '5.7.1 Looks like spam', afterActing: false } })
    await assert.rejects(mailer.send(mail()), never(/refuses this mail.*Looks like spam/))
    plan({ method: 'DATA', action: { kind: 'answer', status: 552, afterActing: false } })
    await assert.rejects(mailer.send(mail()), never(/larger than/))
  })

  it('waits, and tells staff, when the server does not accept our login', async () => {
    const withLogin = mailerFor({ user: 'shop', password: 'wrong' })
    server.failNext('login')
    await assert.rejects(withLogin.send(mail()), later(/does not accept our login.*Check the SMTP user/))
    await withLogin.send(mail())
    assert.equal(server.messages()[0]?.username, 'shop')
  })

  it('waits when the server refuses our sender or our connection, which is not the fault of the mail', async () => {
    plan({ method: 'MAIL', action: { kind: 'answer', status: 550, afterActing: false } })
    await assert.rejects(mailer.send(mail()), later(/does not accept our sender/))
    plan({ method: 'CONNECT', action: { kind: 'answer', status: 554, afterActing: false } })
    await assert.rejects(mailerFor().send(mail()), later(/554/))
  })

  it('arrives twice with the same Message-ID when the connection broke after the final dot and it was tried again', async () => {
    server.failNext('lost')
    await assert.rejects(mailer.send(mail()), later(/cannot be reached or hung up/))
    assert.equal(server.messages().length, 1, 'the first try was taken, only its answer was lost')
    await mailer.send(mail())
    const raw = server.messages().map((got) => got.raw)
    assert.equal(raw.length, 2)
    for (const one of raw) assert.match(one, /^Message-ID: <ntf_1@shop\.example>\r$/m)
  })

  it('waits when the server hangs up before taking it', async () => {
    server.failNext('dropped')
    await assert.rejects(mailer.send(mail()), later(/cannot be reached or hung up/))
    assert.equal(server.messages().length, 0)
  })

  it('waits when the server is too slow or is not there at all', async () => {
    server.failNext('slow')
    await assert.rejects(mailerFor({ sendTimeoutMs: 250 }).send(mail()), later(/too long/))
    await assert.rejects(mailerFor({ port: 1 }).send(mail()), later(/cannot be reached/))
  })

  it('is not sent in the clear when encryption is asked for and the certificate is not trusted', async () => {
    await assert.rejects(mailerFor({ security: 'starttls' }).send(mail()), later(/encrypted connection|certificate/i))
    await assert.rejects(mailerFor({ security: 'tls' }).send(mail()), later(/./))
    assert.equal(server.messages().length, 0)
  })

  it('gains no header and no second recipient from line breaks and commas in what a customer typed', async () => {
    await mailer.send(mail({ subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nEvil' }))
    const [got] = server.messages()
    assert(got)
    assert.equal(got.subject, 'Hello Bcc: eve@example.com Evil')
    assert.deepEqual(got.recipients, ['ann@example.com'])
    assert.deepEqual(got.bcc, [])
    for (const to of [
      'a@example.com, b@example.com',
      'a@example.com\r\nRCPT TO:<b@example.com>',
      'Ann <a@b.c>',
      'x',
      '',
    ])
      await assert.rejects(mailer.send(mail({ to })), never(/not one mail address/))
    assert.equal(server.messages().length, 1)
  })

  it('never has a line longer than mail allows', async () => {
    await mailer.send(
      mail({ text: 'x'.repeat(5_000), html: `<p>${'y'.repeat(5_000)}</p>`, subject: 'z'.repeat(1_500) }),
    )
    const [got] = server.messages()
    assert(got)
    assert(got.raw.split('\r\n').every((line) => line.length <= 998))
    assert.equal(got.text.trim(), 'x'.repeat(5_000))
  })

  it('is refused as unavailable once the mailer is closed', async () => {
    const closed = mailerFor()
    closed.close()
    await assert.rejects(closed.send(mail()), later(/./))
  })
})
