import { z } from 'zod'
import type { Actor } from '#platform/actor.ts'
import { LOCALES } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'

/** Somebody who signs in. The hash of the password never leaves the verbs that check it. */
export type User = Omit<Schema['users'], 'passwordHash' | 'staffEndedAt'>

export const USER_COLUMNS = [
  'users.id',
  'users.email',
  'users.name',
  'users.emailVerifiedAt',
  'users.staffRole',
  'users.locale',
  'users.createdAt',
  'users.updatedAt',
] as const satisfies readonly `users.${keyof User}`[]

// Line breaks and marks that turn the direction of text would let a name forge what stands around it.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u

const isSeen = (text: string): boolean => !UNSEEN.test(text)
const UNSEEN_ERROR = { error: 'Please remove line breaks and invisible characters.' }
const tooLong = (max: number) => ({ error: `Please use at most ${max} characters.`, abort: true })

/** One line of text a person typed: trimmed, not empty, at most `max` characters, nothing invisible. */
export const lineField = (max: number, missing: string) =>
  z
    .string({ error: missing })
    .trim()
    .min(1, { error: missing, abort: true })
    .max(max, tooLong(max))
    .refine(isSeen, UNSEEN_ERROR)

/** The same, which may be left out; an empty field of a form is left out. */
export const optionalLineField = (max: number) =>
  z
    .string({ error: 'Please enter text, or leave this empty.' })
    .trim()
    .max(max, tooLong(max))
    .refine(isSeen, UNSEEN_ERROR)
    .nullable()
    .default(null)
    .transform((text) => (text === '' ? null : text))

const NO_EMAIL = 'Please enter an email address, such as name@example.com.'

/** An email address, in small letters. */
export const EmailField = z
  .string({ error: NO_EMAIL })
  .trim()
  .toLowerCase()
  .max(254, { error: 'Please use an email address of at most 254 characters.', abort: true })
  .check(z.email({ error: NO_EMAIL }))

export const PersonNameField = lineField(200, 'Please tell us your name.')

export const LocaleField = z.enum(LOCALES, { error: `Please choose one of our languages: ${LOCALES.join(', ')}.` })

/** `jane@example.com` as `j…@example.com`: enough to recognise, too little to write to. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at < 1 ? '…' : `${email.slice(0, 1)}…${email.slice(at)}`
}

/**
 * The user who acts, about themselves. Throws `sign_in_required` for strangers and for the system, `acting_refused` for one
 * of us who looks at a customer's pages: what is a person's own is nobody else's.
 */
export function actingUserId(actor: Actor): string {
  if (actor.kind === 'user' && actor.actingStaff) throw actingRefused()
  if (actor.kind === 'user' || actor.kind === 'staff') return actor.userId
  throw new Problem('unauthenticated', 'sign_in_required', 'Please sign in first.')
}

export const actingRefused = (): Problem =>
  new Problem(
    'forbidden',
    'acting_refused',
    'You look at this account as our staff. Passwords, security, tokens and people belong to its users alone.',
  )
