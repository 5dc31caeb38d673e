import { z } from 'zod'
import { isCountry, REGION } from '#modules/accounts/customer.ts'
import { optionalLineField } from '#modules/accounts/user.ts'
import { readVatNumber } from '#modules/accounts/vat-number.ts'
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
    region: z
      .string()
      .toUpperCase()
      .regex(REGION, { error: kitMessages[locale].billing.region })
      .optional()
      .transform((text) => text ?? null),
    country: z
      .string({ error: kitMessages[locale].form.choose })
      .toUpperCase()
      .refine(isCountry, { error: kitMessages[locale].form.choose }),
    vatId: optional(30),
  }
}

/** For a form with those fields: a VAT number of the EU must be one of the country, and complete. */
export const checkVatId =
  (locale: Locale) =>
  ({ vatId, country }: { vatId: string | null; country: string }, context: z.RefinementCtx): void => {
    const read = vatId === null ? undefined : readVatNumber(vatId, country)
    if (read?.ok === false)
      context.addIssue({
        code: 'custom',
        path: ['vatId'],
        message: kitMessages[locale].billing.vatId[read.reason](read.example),
      })
  }
