import { Problem } from '#platform/problem.ts'

/** What nodemailer tells about a failure: the server's reply when there was one, and the command it answered. */
type SmtpFailure = {
  message: string
  code?: string
  command?: string
  response?: string
  responseCode?: number
  permanent?: boolean
}

/** Whether this is exactly one address, with nothing in it that could begin another recipient or header. */
export const isOneAddress = (address: string): boolean =>
  address.length <= 254 && /^[^\s\p{Cc},;:<>()[\]\\"@]{1,64}@[^\s\p{Cc},;:<>()[\]\\"@]+$/u.test(address)

/** The refusal of something that is not one address. */
export const refusedAddress = (address: string): Problem =>
  new Problem('conflict', 'mail_refused', `The recipient is not one mail address (${address.length} characters).`)

/**
 * Says of a failed handing over whether later helps (RFC 5321, 4.2.1). Only a final no to this recipient or this
 * message is `mail_refused`. A no to our login, our sender or our connection is about the settings: the mail waits,
 * and staff read the message. A connection that breaks, also after the final dot, is `mail_server_unavailable`.
 */
export function smtpProblem(error: unknown): Problem {
  const failure: SmtpFailure = error instanceof Error ? error : { message: String(error) }
  const reply = failure.response ?? failure.message
  const status = failure.responseCode
  const later = (message: string): Problem =>
    new Problem('unavailable', 'mail_server_unavailable', message, { cause: error })
  const never = (message: string): Problem => new Problem('conflict', 'mail_refused', message, { cause: error })

  const login = failure.code === 'EAUTH' || failure.code === 'ENOAUTH'
  if (login || status === 530 || status === 534 || status === 535 || status === 538)
    return later(`The mail server does not accept our login. Check the SMTP user and password. It said: ${reply}`)
  if (failure.code === 'ETLS')
    return later(`No encrypted connection to the mail server. Check its certificate and SMTP security. ${reply}`)
  if (failure.code === 'EABORT') return later('The mail server took too long to accept the mail.')
  if (failure.code === 'EENVELOPE' && failure.command === 'API') return never(failure.message)
  if (status === undefined && failure.code === 'EMESSAGE' && failure.command === 'MAIL FROM')
    return never(`The mail is larger than the mail server accepts. ${failure.message}`)
  if (status === undefined) return later(`The mail server cannot be reached or hung up. ${reply}`)
  if (failure.permanent !== true) return later(`The mail server asks to try again later. It said: ${reply}`)

  if (failure.command === 'RCPT TO') return never(`The mail server refuses this recipient. It said: ${reply}`)
  if (status === 552) return never(`The mail is larger than the mail server accepts. It said: ${reply}`)
  if (failure.command === 'DATA') return never(`The mail server refuses this mail. It said: ${reply}`)
  return later(`The mail server does not accept our sender or our connection. It said: ${reply}`)
}
