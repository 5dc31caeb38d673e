import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Simulation } from '#platform/simulation.ts'
import type { Mailbox } from './mailbox.ts'
import { type Chaos, SmtpRefusal, smtpSteps } from './smtp-steps.ts'

export type MailReceiver = {
  /** Rejects as `net.Server` does, for example with EADDRINUSE. */
  listen(port: number, host: string): Promise<void>
  /** Zero before `listen`. */
  port(): number
  /** Answers the commands it is in the middle of, for at most two seconds, and hangs up. */
  close(): Promise<void>
}

const LARGEST_MAIL_BYTES = 10_000_000

/** An SMTP server that takes mail for anybody from anybody, with or without a login, and misbehaves as planned. */
export function mailReceiver(simulation: Simulation, mailbox: Mailbox, chaos: () => Chaos): MailReceiver {
  const sockets = new Map<number, Socket>()
  const steps = smtpSteps(simulation, chaos, (session) => sockets.get(session.remotePort)?.destroy())

  const server = new SMTPServer({
    name: 'mail.simulated',
    banner: 'EZ Solutions mail simulator',
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: LARGEST_MAIL_BYTES,
    logger: false,
    onConnect: (session, done) =>
      steps.run({ session, step: 'CONNECT', path: session.remoteAddress, request: '' }, done),
    onAuth: ({ method, username: user = '' }, session, done) =>
      steps.run({ session, step: 'AUTH', path: user, request: `AUTH ${method}` }, (error) => done(error, { user })),
    onMailFrom: ({ address: path }, session, done) =>
      steps.run({ session, step: 'MAIL', path, request: `MAIL FROM:<${path}>` }, done),
    onRcptTo: ({ address: path }, session, done) =>
      steps.run({ session, step: 'RCPT', path, request: `RCPT TO:<${path}>` }, done),
    onData: (stream, session, done) => {
      const path = session.envelope.rcptTo.map(({ address }) => address).join(', ')
      const act = async (): Promise<string> => receive(mailbox, stream, session)
      steps.run({ session, step: 'DATA', path, request: 'DATA', act }, done)
    },
  })
  server.server.on('connection', (socket) => {
    const port = socket.remotePort ?? 0
    sockets.set(port, socket)
    socket.once('close', () => sockets.delete(port))
  })
  // Clients that break off, or do not trust the certificate, are everyday life here; their connection is closed by now.
  server.on('error', () => undefined)

  return {
    listen: async (port, host) =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject)
        server.listen(port, host, resolve)
      }),
    port: () => (server.server.address() as AddressInfo | null)?.port ?? 0,
    close: async () => {
      if (!server.server.listening) return
      const closed = new Promise<void>((resolve) => server.close(resolve))
      await steps.close(2_000)
      for (const socket of sockets.values()) socket.destroySoon()
      await closed
    },
  }
}

async function receive(mailbox: Mailbox, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  if (stream.sizeExceeded) throw new SmtpRefusal(552, `5.3.4 The mail is larger than ${LARGEST_MAIL_BYTES} bytes`)
  const { mailFrom, rcptTo } = session.envelope
  const mail = await mailbox.add({
    raw: Buffer.concat(chunks),
    from: mailFrom ? mailFrom.address : '',
    recipients: rcptTo.map(({ address }) => address),
    username: typeof session.user === 'string' ? session.user : '',
  })
  return `2.0.0 OK: queued as ${mail.id}`
}
