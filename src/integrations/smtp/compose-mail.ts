import { createTransport } from 'nodemailer'
import { z } from 'zod'
import type { Delivery } from './mailbox.ts'

const Person = z.object({ Email: z.email(), Name: z.string().default('') })
/** Body of Mailpit's POST /send. */
export const SendBody = z.object({
  From: Person,
  To: z.array(Person).default([]),
  Cc: z.array(Person).default([]),
  Bcc: z.array(z.email()).default([]),
  ReplyTo: z.array(Person).default([]),
  Subject: z.string().default(''),
  Text: z.string().default(''),
  HTML: z.string().default(''),
  Tags: z.array(z.string()).default([]),
  Headers: z.record(z.string(), z.string()).default({}),
  Attachments: z
    .array(
      z.object({
        Filename: z.string(),
        Content: z.base64(),
        ContentType: z.string().optional(),
        ContentID: z.string().optional(),
      }),
    )
    .default([]),
})

const people = (some: z.output<typeof Person>[]) => some.map(({ Email, Name }) => ({ address: Email, name: Name }))

/** The mail a POST /send asks for, as if it had come by SMTP. */
export async function composeMail(body: z.output<typeof SendBody>): Promise<Delivery> {
  const recipients = [...body.To, ...body.Cc].map(({ Email }) => Email).concat(body.Bcc)
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' }, { xMailer: false })
  const { message } = await composer.sendMail({
    from: { address: body.From.Email, name: body.From.Name },
    to: people(body.To),
    cc: people(body.Cc),
    replyTo: people(body.ReplyTo),
    subject: body.Subject,
    headers: body.Headers,
    ...(body.Text || !body.HTML ? { text: body.Text } : {}),
    ...(body.HTML ? { html: body.HTML } : {}),
    attachments: body.Attachments.map((file) => ({
      filename: file.Filename,
      content: Buffer.from(file.Content, 'base64'),
      contentType: file.ContentType,
      cid: file.ContentID,
    })),
    envelope: { from: body.From.Email, to: recipients },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { raw: message as Buffer, from: body.From.Email, recipients, tags: body.Tags }
}
