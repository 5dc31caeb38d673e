import { z } from 'zod'
import { confirmEmailChange, ConfirmEmailChangeInput } from '#modules/accounts/confirm-email-change.ts'
import { requestEmailChange, RequestEmailChangeInput } from '#modules/accounts/request-email-change.ts'
import { route } from './route.ts'

const tag = 'Accounts'

export const createEmailChange = route({
  method: 'post',
  path: '/me/email-changes',
  operationId: 'requestEmailChange',
  tag,
  summary: 'Ask for another email address',
  description: 'A link goes to the new address; nothing changes until it is used. Whether somebody has it is not told.',
  body: RequestEmailChangeInput,
  example: { email: 'jane.doe@example.com' },
  success: { status: 204, description: 'If the address is free, a link is on its way.' },
  problems: ['email_unchanged', 'confirmation_needed', 'too_many_attempts'],
  run: ({ app, actor, body }) => requestEmailChange(app, actor, body),
})

export const finishEmailChange = route({
  method: 'post',
  path: '/email-changes',
  operationId: 'confirmEmailChange',
  tag,
  summary: 'Use the link that gives a user another email address',
  body: ConfirmEmailChangeInput,
  example: { token: 'utk_….…' },
  success: { status: 200, description: 'The new address.', body: z.object({ email: z.string() }) },
  problems: ['link_invalid', 'email_taken', 'too_many_attempts'],
  run: ({ app, actor, body, visitor }) => confirmEmailChange(app, actor, { ...body, address: visitor.address }),
})
