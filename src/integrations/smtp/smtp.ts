import { createTransport } from 'nodemailer'
import type { Mail, Mailer } from '#modules/notifications/mailer.ts'
import { assert } from '#platform/problem.ts'
import { isOneAddress, refusedAddress, smtpProblem } from './smtp-problems.ts'

export type SmtpConfig = {
  host: string
  port: number
  /** `starttls` insists on encryption (587), `tls` begins with it (465), `none` never asks for it: own machine only. */
  security: 'starttls' | 'tls' | 'none'
  user?: string
  password?: string
  /** As in a From header: `EZ Solutions <no-reply@example.com>`. The address is the envelope's sender too. */
  from: string
  /** What we call ourselves in EHLO; some relays want a real host name. */
  clientName?: string
  /** PEM certificates trusted beside the system's, for a relay with a CA of its own. */
  certificateAuthority?: string
  maxConnections?: number
  maxMessagesPerConnection?: number
  connectTimeoutMs?: number
  greetingTimeoutMs?: number
  /** Silence on an open connection. */
  socketTimeoutMs?: number
  /** One whole handing over, so that a server that answers a byte at a time cannot hold a worker. */
  sendTimeoutMs?: number
}

/**
 * Mail through any SMTP relay, over a few kept connections. A mail is tried once: trying again is the job's business.
 * `close` lets mail on its way finish and refuses new mail as unavailable.
 */
export function smtpMailer(config: SmtpConfig): Mailer & { close(): void } {
  const transport = createTransport(
    {
      pool: true,
      host: config.host,
      port: config.port,
      secure: config.security === 'tls',
      requireTLS: config.security === 'starttls',
      ignoreTLS: config.security === 'none',
      tls: { minVersion: 'TLSv1.2', ...(config.certificateAuthority ? { ca: config.certificateAuthority } : {}) },
      ...(config.user === undefined ? {} : { auth: { user: config.user, pass: config.password ?? '' } }),
      ...(config.clientName === undefined ? {} : { name: config.clientName }),
      // Logging in is asked for even when the server does not offer it: a relay that lost its AUTH is a fault to show.
      forceAuth: config.user !== undefined,
      maxConnections: config.maxConnections ?? 3,
      maxMessages: config.maxMessagesPerConnection ?? 100,
      // The pool would send again by itself after a lost connection; only the job may, since it knows the outcome.
      maxRequeues: 0,
      // Well below the five minutes after which relays hang up, so that a kept connection is a live one.
      idleTimeout: 30_000,
      connectionTimeout: config.connectTimeoutMs ?? 10_000,
      dnsTimeout: config.connectTimeoutMs ?? 10_000,
      greetingTimeout: config.greetingTimeoutMs ?? 10_000,
      socketTimeout: config.socketTimeoutMs ?? 60_000,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    },
    { from: config.from, xMailer: false },
  )

  return {
    send: async (mail) => {
      assert(
        /^<[^\s<>@]+@[^\s<>@]+>$/.test(mail.messageId),
        `a Message-ID is one word in angle brackets, not ${mail.messageId}`,
      )
      if (!isOneAddress(mail.to)) throw refusedAddress(mail.to)
      const signal = AbortSignal.timeout(config.sendTimeoutMs ?? 120_000)
      const sent = await transport.sendMail({ ...message(mail), signal }).catch((error: unknown) => {
        throw smtpProblem(error)
      })
      return { acceptedAs: sent.serverMessageId ?? sent.response.replace(/^\d{3} /, '') }
    },
    close: () => {
      transport.close()
    },
  }
}

/**
 * Header values go in as values, never as lines, so a line break in a subject cannot begin a header of its own; and a
 * subject stays far below the 998 characters of a line (RFC 5322, 2.1.1), even as one endless word.
 */
const message = (mail: Mail) => ({
  messageId: mail.messageId,
  to: { name: '', address: mail.to },
  subject: Array.from(mail.subject.replaceAll(/[\r\n]+/g, ' '))
    .slice(0, 250)
    .join(''),
  text: mail.text,
  html: mail.html,
  headers: { 'Auto-Submitted': 'auto-generated' },
})
