import { Hono } from 'hono'
import { createSimulation, type FaultRule, type Simulation } from '#platform/simulation.ts'
import type { PageLink } from '#platform/simulation-page.ts'
import { mailReceiver } from './mail-receiver.ts'
import { openMailbox, type ReceivedMail } from './mailbox.ts'
import { mailboxPages } from './mailbox-pages.ts'
import { mailpitApi, NO_CHAOS } from './mailpit-api.ts'
import type { Chaos } from './smtp-steps.ts'

/**
 * `temporary`: 451 to the mail. `refused`: 550 to the recipient. `login`: 535 to the login. `slow`: three seconds before
 * the reply to the mail. `dropped`: hangs up before taking the mail. `lost`: takes it, and hangs up after the final dot.
 */
type MailFault = 'temporary' | 'refused' | 'login' | 'slow' | 'dropped' | 'lost'

const FAULTS: Record<MailFault, Pick<FaultRule, 'method' | 'action'>> = {
  temporary: {
    method: 'DATA',
    action: { kind: 'answer', status: 451, body: '4.3.0 Try again later', afterActing: false },
  },
  refused: {
    method: 'RCPT',
    action: { kind: 'answer', status: 550, body: '5.1.1 No such user here', afterActing: false },
  },
  login: {
    method: 'AUTH',
    action: { kind: 'answer', status: 535, body: '5.7.8 Bad user or password', afterActing: false },
  },
  slow: { method: 'DATA', action: { kind: 'delay', ms: 3_000 } },
  dropped: { method: 'DATA', action: { kind: 'drop', afterActing: false } },
  lost: { method: 'DATA', action: { kind: 'drop', afterActing: true } },
}

export type MailSimulator = {
  /** Mailbox pages and Mailpit's API under /api/v1. */
  app: Hono
  fetch: typeof globalThis.fetch
  /** Calls are SMTP commands: method CONNECT, AUTH, MAIL, RCPT or DATA, path the address. Faults are planned the same way. */
  simulation: Simulation
  /** Starts SMTP; rejects with the code EADDRINUSE when the port is taken. */
  listen(): Promise<void>
  /** The port SMTP really has; zero before `listen`. */
  readonly smtpPort: number
  /** Newest first. */
  messages(): ReceivedMail[]
  /** The newest mail the predicate likes, now or as soon as it arrives; rejects after `timeoutMs`, saying what came. */
  waitFor(predicate: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>
  /** Plans a misbehaviour for the next `times` mails. */
  failNext(kind: MailFault, times?: number): void
  close(): Promise<void>
}

/** Mailpit as we use it: takes every mail, shows it, keeps the newest 500 in `storeFile` or in memory. Port 0 means any. */
export function mailSimulator(options: {
  smtpPort: number
  host?: string
  storeFile?: string
  /** Shown on top of the mailbox, for example the way to the console. */
  links?: PageLink[]
}): MailSimulator {
  const simulation = createSimulation(options.storeFile)
  const mailbox = openMailbox(simulation.store)
  const settings = simulation.store.collection<Chaos>('chaos')
  const chaos = {
    get: () => settings.get('triggers') ?? NO_CHAOS,
    set: (triggers: Chaos) => settings.set('triggers', triggers),
  }
  const receiver = mailReceiver(simulation, mailbox, chaos.get)

  const app = new Hono()
  app.route('/api/v1', mailpitApi(mailbox, chaos))
  app.route('/', mailboxPages(mailbox, options.links))

  return {
    app,
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    simulation,
    listen: async () => receiver.listen(options.smtpPort, options.host ?? '127.0.0.1'),
    get smtpPort() {
      return receiver.port()
    },
    messages: () => mailbox.list(),
    waitFor: async (predicate, timeoutMs = 5_000) => mailbox.waitFor(predicate, timeoutMs),
    failNext: (kind, times = 1) => {
      simulation.faults.push({ path: '', times, ...FAULTS[kind] })
    },
    close: async () => {
      await receiver.close()
      simulation.store.close()
    },
  }
}
