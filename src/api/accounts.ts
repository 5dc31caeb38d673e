import { z } from 'zod'
import { getCustomer, getUser } from '#modules/accounts/accounts-queries.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { changePassword, ChangePasswordInput } from '#modules/accounts/change-password.ts'
import { registerCustomer, RegisterInput } from '#modules/accounts/register-customer.ts'
import { requestPasswordReset, RequestPasswordResetInput } from '#modules/accounts/request-password-reset.ts'
import { resendVerification, ResendVerificationInput } from '#modules/accounts/resend-verification.ts'
import { resetPassword, ResetPasswordInput } from '#modules/accounts/reset-password.ts'
import { updateBillingDetails, UpdateBillingDetailsInput } from '#modules/accounts/update-billing-details.ts'
import { updateProfile } from '#modules/accounts/update-profile.ts'
import { actingUserId, LocaleField, PersonNameField } from '#modules/accounts/user.ts'
import { verifyEmail, VerifyEmailInput } from '#modules/accounts/verify-email.ts'
import { getVatStanding } from '#modules/billing/vat-queries.ts'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { currency, instant } from './codecs.ts'
import { route } from './route.ts'

const tag = 'Accounts'
const locale = z.enum(['en', 'de'])
const EmailBody = z.object({ email: z.string() })

const BillingDetails = z
  .object({
    name: z.string(),
    company: z.string().nullable(),
    addressLine1: z.string().nullable(),
    addressLine2: z.string().nullable(),
    postalCode: z.string().nullable(),
    city: z.string().nullable(),
    region: z.string().nullable().meta({ description: 'The second half of ISO 3166-2.' }),
    country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2.' }),
    vatId: z.string().nullable(),
  })
  .meta({ id: 'BillingDetails', description: 'Who invoices name as the buyer.' })

const Me = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    locale,
    emailVerifiedAt: instant.nullable(),
    staffRole: z.string().nullable(),
    customer: z
      .object({
        id: z.string(),
        currency,
        billingDetails: BillingDetails,
        vatState: z
          .enum(['none', 'checking', 'confirmed', 'invalid', 'unreachable', 'given_up'])
          .meta({ description: 'How far the proof of the VAT number is. Only `confirmed` counts for reverse charge.' }),
      })
      .nullable()
      .meta({ description: 'Who this user acts for; null for staff, and for whoever was lent a service alone.' }),
    createdAt: instant,
  })
  .meta({ id: 'Me' })

async function readMe(app: App, actor: Actor): Promise<z.output<typeof Me>> {
  const user = await getUser(app, actor, actingUserId(actor))
  if (actor.kind !== 'user' || !mayDo(actor, 'customer.read')) return { ...user, customer: null }
  const customer = await getCustomer(app, actor, actor.customerId)
  const { state: vatState } = await getVatStanding(app, actor, customer.id)
  return { ...user, customer: { id: customer.id, currency: customer.currency, billingDetails: customer, vatState } }
}

export const registerUser = route({
  method: 'post',
  path: '/users',
  operationId: 'registerUser',
  tag,
  summary: 'Register',
  description: 'Mails a link that verifies the address. The answer is the same whether or not the address is known.',
  body: RegisterInput,
  example: { email: 'jane@example.com', password: 'four random words here', name: 'Jane Doe', currency: 'EUR' },
  success: { status: 202, description: 'The mail is on its way.', body: EmailBody },
  problems: ['password_too_simple', 'too_many_attempts', 'busy'],
  run: ({ app, actor, body, visitor }) => registerCustomer(app, actor, { ...body, ...visitor }),
})

export const confirmEmail = route({
  method: 'post',
  path: '/users/verify-email',
  operationId: 'verifyEmail',
  tag,
  summary: 'Verify an email address with the token of the mailed link',
  body: VerifyEmailInput,
  example: { token: 'utk_01k9…' },
  success: { status: 200, description: 'The address is verified.', body: EmailBody },
  problems: ['link_invalid'],
  run: ({ app, actor, body, visitor }) => verifyEmail(app, actor, { ...body, ...visitor }),
})

export const mailVerification = route({
  method: 'post',
  path: '/users/resend-verification',
  operationId: 'resendVerification',
  tag,
  summary: 'Mail the verifying link again',
  body: ResendVerificationInput,
  example: { email: 'jane@example.com' },
  success: { status: 202, description: 'If somebody waits for a link, it is on its way.' },
  problems: ['too_many_attempts'],
  run: ({ app, actor, body, visitor }) => resendVerification(app, actor, { ...body, ...visitor }),
})

export const mailPasswordReset = route({
  method: 'post',
  path: '/password-resets',
  operationId: 'requestPasswordReset',
  tag,
  summary: 'Mail a link that sets a new password',
  body: RequestPasswordResetInput,
  example: { email: 'jane@example.com' },
  success: { status: 202, description: 'If the address is known, a link is on its way.' },
  problems: ['too_many_attempts'],
  run: ({ app, actor, body, visitor }) => requestPasswordReset(app, actor, { ...body, ...visitor }),
})

export const setPassword = route({
  method: 'post',
  path: '/password-resets/use',
  operationId: 'resetPassword',
  tag,
  summary: 'Set a new password with the token of the mailed link',
  description: 'Ends all sessions of the user.',
  body: ResetPasswordInput,
  example: { token: 'utk_01k9…', password: 'another four random words' },
  success: { status: 200, description: 'The password is set.', body: EmailBody },
  problems: ['link_invalid', 'password_too_simple', 'too_many_attempts', 'busy'],
  run: ({ app, actor, body, visitor }) => resetPassword(app, actor, { ...body, ...visitor }),
})

export const getMe = route({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  tag,
  summary: 'Who you are',
  success: { status: 200, description: 'You.', body: Me },
  problems: [],
  run: ({ app, actor }) => readMe(app, actor),
})

const ProfileChange = z.strictObject({ name: PersonNameField.optional(), locale: LocaleField.optional() })

export const updateMe = route({
  method: 'patch',
  path: '/me',
  operationId: 'updateMe',
  tag,
  summary: 'Change your name or language',
  description: 'What is left out stays. The language is that of your mail and invoices too.',
  body: ProfileChange,
  example: { locale: 'de' },
  success: { status: 200, description: 'You, as you are now.', body: Me },
  problems: [],
  run: async ({ app, actor, body }) => {
    const { name, locale: spoken } = await getUser(app, actor, actingUserId(actor))
    await updateProfile(app, actor, { name: body.name ?? name, locale: body.locale ?? spoken })
    return readMe(app, actor)
  },
})

export const replacePassword = route({
  method: 'put',
  path: '/me/password',
  operationId: 'changePassword',
  tag,
  summary: 'Change your password',
  description: 'Ends your other sessions.',
  body: ChangePasswordInput,
  example: { currentPassword: 'four random words here', newPassword: 'another four random words' },
  success: { status: 204, description: 'The password is changed.' },
  problems: ['password_wrong', 'password_too_simple', 'too_many_attempts', 'busy'],
  run: ({ app, actor, caller, body }) =>
    changePassword(app, actor, { ...body, keepSessionId: caller.kind === 'session' ? caller.sessionId : undefined }),
})

export const replaceBillingDetails = route({
  method: 'put',
  path: '/me/billing-details',
  operationId: 'replaceBillingDetails',
  tag,
  summary: 'Set who invoices name as the buyer',
  body: UpdateBillingDetailsInput,
  example: {
    name: 'Jane Doe',
    company: null,
    addressLine1: 'Hauptstraße 1',
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
  },
  success: { status: 200, description: 'The details of the next invoice.', body: BillingDetails },
  problems: [],
  run: ({ app, actor, body }) => updateBillingDetails(app, actor, body),
})
