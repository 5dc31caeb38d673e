import type { MailAddress, MailPart, ReceivedMail } from './mailbox.ts'

/** A mail as a row of Mailpit's lists (API v1). */
export const mailSummary = (mail: ReceivedMail) => ({
  ID: mail.id,
  MessageID: bare(mail.messageId),
  Read: mail.read,
  From: person(mail.from),
  To: mail.to.map(person),
  Cc: mail.cc.map(person),
  Bcc: mail.bcc.map(person),
  ReplyTo: mail.replyTo.map(person),
  Subject: mail.subject,
  Created: mail.receivedAt,
  Username: mail.username,
  Tags: mail.tags,
  Size: mail.raw.length,
  Attachments: mail.parts.filter((part) => !part.inline).length,
  Snippet: snippet(mail),
})

/** A whole mail as Mailpit answers it, without its raw text. */
export const mailDetails = (mail: ReceivedMail) => ({
  ID: mail.id,
  MessageID: bare(mail.messageId),
  From: person(mail.from),
  To: mail.to.map(person),
  Cc: mail.cc.map(person),
  Bcc: mail.bcc.map(person),
  ReplyTo: mail.replyTo.map(person),
  ReturnPath: mail.returnPath,
  Subject: mail.subject,
  ListUnsubscribe: unsubscribe(mail),
  Date: mail.date,
  Tags: mail.tags,
  Username: mail.username,
  Text: mail.text,
  HTML: mail.html,
  Size: mail.raw.length,
  Inline: mail.parts.filter((part) => part.inline).map(attachment),
  Attachments: mail.parts.filter((part) => !part.inline).map(attachment),
})

/** Header names with all their values, in the order of their first appearance. */
export function mailHeaders(mail: ReceivedMail): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (const { name, value } of mail.headers) (headers[name] ??= []).push(value)
  return headers
}

/** What a reader would read: the text, or the HTML without its tags. */
export function words(mail: ReceivedMail): string {
  const text = mail.text || mail.html.replaceAll(/<(style|script|head)\b.*?<\/\1>|<[^>]*>/gis, ' ')
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** The first words of a mail, for lists. */
export function snippet(mail: ReceivedMail): string {
  const all = words(mail)
  return all.length > 250 ? `${all.slice(0, 250)}...` : all
}

const person = ({ name, address }: MailAddress) => ({ Name: name, Address: address })
const bare = (messageId: string): string => messageId.replaceAll(/^<|>$/g, '')

const attachment = (part: MailPart) => ({
  PartID: part.partId,
  FileName: part.fileName,
  ContentType: part.contentType,
  ContentID: part.contentId,
  Size: part.size,
  Checksums: { MD5: part.checksums.md5, SHA1: part.checksums.sha1, SHA256: part.checksums.sha256 },
})

/** RFC 2369 and RFC 8058, as far as a reader needs to judge them. */
function unsubscribe(mail: ReceivedMail) {
  const header = (name: string): string => mail.headers.find((one) => one.name.toLowerCase() === name)?.value ?? ''
  const value = header('list-unsubscribe')
  const links = Array.from(value.matchAll(/<\s*((?:https?|mailto):[^>\s]+)\s*>/gi), ([, link = '']) => link)
  const errors = value && links.length === 0 ? 'the header holds no link in angle brackets' : ''
  return { Header: value, HeaderPost: header('list-unsubscribe-post'), Links: links, Errors: errors }
}
