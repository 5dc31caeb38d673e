import { z } from 'zod'
import { isCountry } from '#modules/accounts/customer.ts'
import { optionalLineField } from '#modules/accounts/user.ts'
import type { Locale } from '#platform/i18n.ts'
import { authMessages } from '../messages/auth.ts'
import { kitMessages } from '../messages/kit.ts'

/** What an invoice must say of its buyer, asked for in the visitor's language; an empty field that may be is null. */
export function billingFields(locale: Locale) {
  const { invisible } = authMessages[locale]
  const line = (max: number) =>
    z
      .string()
      .max(max, { abort: true })
      .refine((text) => optionalLineField(max).safeParse(text).success, { error: invisible })
  const optional = (max: number) =>
    line(max)
      .optional()
      .transform((text) => text ?? null)
  return {
    name: line(200),
    company: optional(200),
    addressLine1: line(200),
    addressLine2: optional(200),
    postalCode: optional(20),
    city: line(100),
    country: z
      .string({ error: kitMessages[locale].form.choose })
      .toUpperCase()
      .refine(isCountry, { error: kitMessages[locale].form.choose }),
    vatId: optional(30),
  }
}
