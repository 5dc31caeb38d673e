import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { mailSimulator, type MailSimulator } from '#integrations/smtp/mailpit-simulator.ts'
import { SMTP_STEPS } from '#integrations/smtp/smtp-steps.ts'
import { everyTask, proxmoxSimulator, type ProxmoxSimulator } from '#integrations/proxmox/proxmox-simulator.ts'
import { stripeSimulator, type StripeSimulator } from '#integrations/stripe/stripe-simulator.ts'
import { viesSimulator, type ViesSimulator } from '#integrations/vies/vies-simulator.ts'
import { Problem } from '#platform/problem.ts'
import { listenHttp, type Listener, portProblem, shownHost } from './simulators/listen.ts'
import type { ConsoleParts } from './simulators/parts.ts'
import { paymentsOf, subscriptionsOf, webhooksOf } from './simulators/stripe-part.ts'
import { simulatorsConsole } from './simulators-console.ts'

export type SimulatorOptions = {
  dataDir: string
  /** Where all of them listen, for example 127.0.0.1. */
  host: string
  /** Zero takes any free port; the answer tells which. `mail` is the mailbox, `smtp` where mail is handed over. */
  ports: { stripe: number; proxmox: number; smtp: number; mail: number; vies: number; console: number }
  /** Where the product is; Stripe's webhooks go to /webhooks/stripe there. */
  productUrl: string
  /** How long each task of Proxmox takes; each as long as is nice to watch, when left out. */
  taskSeconds?: number
  secrets: {
    stripeSecretKey: string
    stripeWebhookSecret: string
    proxmoxTokenId: string
    proxmoxTokenSecret: string
  }
}

export type RunningSimulators = {
  /** `http://…` and `smtp://…`, without a slash at the end. */
  addresses: { stripe: string; proxmox: string; smtp: string; mail: string; vies: string; console: string }
  /** Drains: running requests finish, for at most five seconds. */
  close(): Promise<void>
}

/**
 * Starts Stripe, Proxmox, VIES and a mail server as the product's configuration would find the real ones, and the console,
 * on real TCP. What they know is kept in `dataDir/simulators`, so a crash of the product, or of themselves, loses
 * nothing. Throws a Problem with one plain sentence when a port or the folder cannot be had; nothing runs then.
 */
export async function simulators(options: SimulatorOptions): Promise<RunningSimulators> {
  const folder = prepareFolder(options.dataDir)
  const listeners: Listener[] = []
  const running: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    // What is being answered may still write, so the stores close last.
    await Promise.all(listeners.map((listener) => listener.close()))
    await Promise.all(running.map((simulator) => simulator.close()))
  }
  const listen = async (name: string, port: number): Promise<Listener> => {
    const listener = await listenHttp({ name, host: options.host, port })
    listeners.push(listener)
    return listener
  }

  try {
    const { ports } = options
    const http = {
      stripe: await listen('the Stripe simulator', ports.stripe),
      proxmox: await listen('the Proxmox simulator', ports.proxmox),
      mail: await listen('the simulated mailbox', ports.mail),
      vies: await listen('the VIES simulator', ports.vies),
      console: await listen("the simulators' console", ports.console),
    }
    const mail = await startMail(options, folder, http.console.origin, running)
    const stripe = stripeSimulator({
      secretKey: options.secrets.stripeSecretKey,
      webhookSecret: options.secrets.stripeWebhookSecret,
      webhookUrl: productUrl(options, '/webhooks/stripe'),
      publicUrl: http.stripe.origin,
      storeFile: join(folder, 'stripe.sqlite'),
    })
    running.push(stripe)
    const proxmox = proxmoxSimulator({
      tokenId: options.secrets.proxmoxTokenId,
      tokenSecret: options.secrets.proxmoxTokenSecret,
      storeFile: join(folder, 'proxmox.sqlite'),
      ...(options.taskSeconds === undefined ? {} : { taskSeconds: everyTask(options.taskSeconds) }),
    })
    running.push(proxmox)
    const vies = viesSimulator({ storeFile: join(folder, 'vies.sqlite') })
    running.push(vies)

    const addresses = {
      stripe: http.stripe.origin,
      proxmox: http.proxmox.origin,
      smtp: `smtp://${shownHost(options.host)}:${mail.smtpPort}`,
      mail: http.mail.origin,
      vies: http.vies.origin,
      console: http.console.origin,
    }
    const console = simulatorsConsole({
      ...partsOf({ stripe, proxmox, mail, vies }, addresses),
      clockUrl: productUrl(options, '/staff/developer'),
    })
    http.stripe.answerWith(stripe.app)
    http.proxmox.answerWith(proxmox.app)
    http.mail.answerWith(mail.app)
    http.vies.answerWith(vies.app)
    http.console.answerWith(console)
    return { addresses, close }
  } catch (error) {
    await close()
    throw error
  }
}

const productUrl = (options: SimulatorOptions, path: string): string => options.productUrl.replace(/\/$/, '') + path

async function startMail(
  { host, ports }: SimulatorOptions,
  folder: string,
  consoleUrl: string,
  running: { close(): Promise<void> }[],
): Promise<MailSimulator> {
  const mail = mailSimulator({
    smtpPort: ports.smtp,
    host,
    storeFile: join(folder, 'mail.sqlite'),
    links: [{ label: 'Console', href: consoleUrl }],
  })
  running.push(mail)
  await mail.listen().catch((error: unknown) => {
    throw portProblem(error, { name: 'the simulated mail server', host, port: ports.smtp })
  })
  return mail
}

function partsOf(
  {
    stripe,
    proxmox,
    mail,
    vies,
  }: { stripe: StripeSimulator; proxmox: ProxmoxSimulator; mail: MailSimulator; vies: ViesSimulator },
  addresses: RunningSimulators['addresses'],
): Omit<ConsoleParts, 'clockUrl'> {
  const methods = ['GET', 'POST', 'PUT', 'DELETE']
  return {
    simulators: [
      { key: 'stripe', name: 'Stripe', address: addresses.stripe, methods, simulation: stripe.simulation },
      { key: 'proxmox', name: 'Proxmox', address: addresses.proxmox, methods, simulation: proxmox.simulation },
      { key: 'mail', name: 'Mail', address: addresses.smtp, methods: SMTP_STEPS, simulation: mail.simulation },
      { key: 'vies', name: 'VIES', address: addresses.vies, methods: ['GET', 'POST'], simulation: vies.simulation },
    ],
    webhooks: webhooksOf(stripe),
    payments: paymentsOf(stripe),
    subscriptions: subscriptionsOf(stripe),
    machines: proxmox,
    mailboxUrl: addresses.mail,
  }
}

function prepareFolder(dataDir: string): string {
  const folder = join(dataDir, 'simulators')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new Problem(
      'conflict',
      'folder_not_writable',
      `${folder} cannot be written, and the simulators keep their state there.`,
      {
        cause,
      },
    )
  }
  return folder
}
