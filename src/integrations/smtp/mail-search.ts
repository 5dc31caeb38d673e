import type { MailAddress, ReceivedMail } from './mailbox.ts'
import { words } from './mailpit-json.ts'

type Test = (mail: ReceivedMail) => boolean

const TERM =
  /([!-]?)(?:(to|from|cc|bcc|addressed|reply-to|subject|message-id|tag|is|has|before|after):)?(?:"([^"]*)"|(\S+))/gi

/**
 * Mailpit's search as a test on one mail: words and "phrases" that must all be there, `to:` `from:` `cc:` `bcc:`
 * `addressed:` `reply-to:` `subject:` `message-id:` `tag:` `is:read|unread|tagged` `has:attachment`
 * `before:` `after:` (dates, UTC unless they say otherwise), each turned round by a leading `!` or `-`.
 */
export function mailSearch(query: string): Test {
  const tests = Array.from(query.matchAll(TERM), ([, turned, field, phrase, word]): Test => {
    const test = fieldTest((field ?? '').toLowerCase(), (phrase ?? word ?? '').toLowerCase())
    return turned ? (mail) => !test(mail) : test
  })
  return (mail) => tests.every((test) => test(mail))
}

function fieldTest(field: string, wanted: string): Test {
  const includes = (...texts: string[]): boolean => texts.some((text) => text.toLowerCase().includes(wanted))
  const anyOf = (people: MailAddress[]): boolean => people.some(({ name, address }) => includes(name, address))
  switch (field) {
    case 'to':
      return (mail) => anyOf(mail.to)
    case 'from':
      return (mail) => anyOf([mail.from])
    case 'cc':
      return (mail) => anyOf(mail.cc)
    case 'bcc':
      return (mail) => anyOf(mail.bcc)
    case 'addressed':
      return (mail) => anyOf([mail.from, ...mail.to, ...mail.cc, ...mail.bcc, ...mail.replyTo])
    case 'reply-to':
      return (mail) => anyOf(mail.replyTo)
    case 'subject':
      return (mail) => includes(mail.subject)
    case 'message-id':
      return (mail) => includes(mail.messageId)
    case 'tag':
      return (mail) => mail.tags.some((tag) => tag.toLowerCase() === wanted)
    case 'is':
      return (mail) => (wanted === 'tagged' ? mail.tags.length > 0 : mail.read === (wanted === 'read'))
    case 'has':
      return (mail) => wanted.startsWith('attachment') && mail.parts.some((part) => !part.inline)
    case 'before':
      return (mail) => Date.parse(mail.receivedAt) < Date.parse(wanted)
    case 'after':
      return (mail) => Date.parse(mail.receivedAt) >= Date.parse(wanted)
    default:
      return (mail) => includes(mail.subject, words(mail)) || anyOf([mail.from, ...mail.to, ...mail.cc, ...mail.bcc])
  }
}
