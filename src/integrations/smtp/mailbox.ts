import { createHash, randomBytes } from 'node:crypto'
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'
import type { Store } from '#platform/simulation.ts'

export type MailAddress = { name: string; address: string }

export type MailPart = {
  partId: string
  fileName: string
  contentType: string
  contentId: string
  /** Shown inside the HTML rather than offered as a file. */
  inline: boolean
  size: number
  checksums: { md5: string; sha1: string; sha256: string }
}

/** One mail as the simulator accepted it. `raw` holds its bytes as latin1, so that nothing is lost in JSON. */
export type ReceivedMail = {
  id: string
  receivedAt: string
  read: boolean
  tags: string[]
  /** Who logged in to hand it over; empty without a login. */
  username: string
  returnPath: string
  recipients: string[]
  /** As in the header, with its angle brackets. */
  messageId: string
  from: MailAddress
  to: MailAddress[]
  cc: MailAddress[]
  /** Recipients that no header names. */
  bcc: MailAddress[]
  replyTo: MailAddress[]
  subject: string
  date: string
  text: string
  html: string
  headers: { name: string; value: string }[]
  parts: MailPart[]
  raw: string
}

export type Delivery = { raw: Buffer; from: string; recipients: string[]; username?: string; tags?: string[] }

export type Mailbox = {
  /** Durable when this returns. Keeps the newest 500. */
  add(delivery: Delivery): Promise<ReceivedMail>
  find(id: string): ReceivedMail | undefined
  /** Newest first. */
  list(): ReceivedMail[]
  update(id: string, change: { read?: boolean; tags?: string[] }): void
  delete(ids: string[]): void
  part(id: string, partId: string): Promise<{ about: MailPart; content: Uint8Array<ArrayBuffer> } | undefined>
  /** The newest mail the predicate likes, now or as soon as it arrives; rejects after `timeoutMs`, saying what came. */
  waitFor(predicate: (mail: ReceivedMail) => boolean, timeoutMs: number): Promise<ReceivedMail>
}

const KEPT_MAILS = 500
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** The mail kept in a simulator's store. */
export function openMailbox(store: Store): Mailbox {
  const mails = store.collection<ReceivedMail>('mails')
  const arrivals = new Set<(mail: ReceivedMail) => void>()
  const list = (): ReceivedMail[] => mails.values().toReversed()

  return {
    add: async (delivery) => {
      const mail = await readMail(delivery)
      mails.set(mail.id, mail)
      for (const old of list().slice(KEPT_MAILS)) mails.delete(old.id)
      for (const tell of arrivals) tell(mail)
      return mail
    },
    find: (id) => (id === 'latest' ? list()[0] : mails.get(id)),
    list,
    update: (id, change) => {
      const mail = mails.get(id)
      if (mail) mails.set(id, { ...mail, ...change })
    },
    delete: (ids) => {
      for (const id of ids) mails.delete(id)
    },
    part: async (id, partId) => {
      const mail = mails.get(id)
      const about = mail?.parts.find((part) => part.partId === partId)
      if (!mail || !about) return undefined
      const email = await PostalMime.parse(Buffer.from(mail.raw, 'latin1'))
      const attachment = email.attachments[Number(partId) - 1]
      return attachment && { about, content: bytesOf(attachment) }
    },
    waitFor: (predicate, timeoutMs) => {
      const there = list().find(predicate)
      if (there) return Promise.resolve(there)
      return new Promise((resolve, reject) => {
        const arrived = (mail: ReceivedMail): void => {
          if (!predicate(mail)) return
          stop()
          resolve(mail)
        }
        const timer = setTimeout(() => {
          stop()
          const came = list().map((mail) => `${mail.recipients.join(', ')}: ${mail.subject}`)
          reject(new Error(`No such mail within ${timeoutMs} ms. There is: ${came.join(' | ') || 'none'}`))
        }, timeoutMs)
        const stop = (): void => {
          clearTimeout(timer)
          arrivals.delete(arrived)
        }
        arrivals.add(arrived)
      })
    },
  }
}

async function readMail(delivery: Delivery): Promise<ReceivedMail> {
  const receivedAt = new Date().toISOString()
  const email = await PostalMime.parse(delivery.raw)
  const to = people(email.to)
  const cc = people(email.cc)
  const named = new Set([...to, ...cc].map(({ address }) => address.toLowerCase()))
  const hidden = delivery.recipients.filter((recipient) => !named.has(recipient.toLowerCase()))
  const date = new Date(email.date ?? '')
  return {
    id: Array.from(randomBytes(22), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
    receivedAt,
    read: false,
    tags: delivery.tags ?? [],
    username: delivery.username ?? '',
    returnPath: delivery.from,
    recipients: delivery.recipients,
    messageId: email.messageId ?? '',
    from: people(email.from ? [email.from] : [])[0] ?? { name: '', address: delivery.from },
    to,
    cc,
    bcc: hidden.map((address) => ({ name: '', address })),
    replyTo: people(email.replyTo),
    subject: email.subject ?? '',
    date: Number.isNaN(date.getTime()) ? receivedAt : date.toISOString(),
    text: email.text ?? '',
    html: email.html ?? '',
    headers: headersOf(email),
    parts: email.attachments.map(describePart),
    raw: delivery.raw.toString('latin1'),
  }
}

const people = (addresses: Address[] = []): MailAddress[] =>
  addresses.flatMap((one) =>
    one.address === undefined ? people(one.group) : [{ name: one.name, address: one.address }],
  )

/** Values as they stand in the mail, so that an encoding mistake of ours can be seen. */
const headersOf = (email: Email): ReceivedMail['headers'] =>
  email.headers.map((header) => ({ name: header.originalKey, value: header.value }))

function describePart(attachment: Attachment, index: number): MailPart {
  const content = bytesOf(attachment)
  const hash = (algorithm: string): string => createHash(algorithm).update(content).digest('hex')
  return {
    partId: String(index + 1),
    fileName: attachment.filename ?? `part-${index + 1}`,
    contentType: attachment.mimeType,
    contentId: (attachment.contentId ?? '').replaceAll(/^<|>$/g, ''),
    inline: attachment.contentId !== undefined && attachment.disposition !== 'attachment',
    size: content.byteLength,
    checksums: { md5: hash('md5'), sha1: hash('sha1'), sha256: hash('sha256') },
  }
}

function bytesOf(attachment: Attachment): Uint8Array<ArrayBuffer> {
  const { content } = attachment
  return typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : new Uint8Array(content)
}
