export type Mail = {
  /** Ours and the same at every try, so that a receiver can drop a second copy: `<ntf_…@domain>`. */
  messageId: string
  to: string
  subject: string
  text: string
  html: string
}

/**
 * Hands one mail to one recipient over to the next mail server. Returns what that server called it.
 * Throws Problem('unavailable', 'mail_server_unavailable') when trying later may help, also when the answer after the
 * message was lost, and Problem('conflict', 'mail_refused') when the server refused for good.
 */
export type Mailer = { send(mail: Mail): Promise<{ acceptedAs: string }> }
