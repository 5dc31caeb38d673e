import { z } from 'zod'

/** What single parameters may be, with Stripe's words for what they may not. */

/** Stripe's code and words for a wrong value; `{param}` and `{value}` are filled in when it is told. */
const says = (code: string, words: string): { error: string } => ({ error: `${code}|${words}` })

export const text = (max = 5000): z.ZodString =>
  z
    .string()
    .max(max, says('parameter_invalid_string_length', `Invalid string: {param} must be at most ${max} characters.`))

export const notEmpty = text().min(
  1,
  says(
    'parameter_invalid_empty',
    "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.",
  ),
)

export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, says('parameter_invalid_integer', 'Invalid integer: {value}'))
  .transform(Number)

export const amount = z
  .string()
  .regex(/^\d{1,15}$/, says('parameter_invalid_integer', 'Invalid non-negative integer: {value}'))
  .transform(Number)

export const boolean = z
  .string()
  .regex(/^(true|false)$/, says('parameter_invalid_boolean', 'Invalid boolean: {value}'))
  .transform((value) => value === 'true')

export const currency = z
  .string()
  .regex(/^[a-z]{3}$/i, says('parameter_invalid_string', 'Invalid currency: {value}.'))
  .toLowerCase()

export const url = z.string().regex(/^https?:\/\/[^\s/]+/, says('url_invalid', 'Not a valid URL'))

export const email = text(512).regex(/^$|^[^\s@]+@[^\s@]+$/, says('email_invalid', 'Invalid email address: {value}'))

/** A list arrives as an object with the keys 0, 1, … */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (typeof value === 'object' && value !== null ? Object.values(value as Record<string, unknown>) : value),
    z.array(item),
  )

export const choice = <const T extends readonly string[]>(values: T) =>
  z.enum(values, says('parameter_invalid_enum', `Invalid {param}: must be one of ${values.join(', ')}`))

export const metadata = z.union([
  z.literal('').transform(() => ({})),
  z
    .record(z.string().max(40), text(500))
    .refine(
      (value) => Object.keys(value).length <= 50,
      says('parameter_invalid', 'You can have at most 50 metadata keys.'),
    ),
])

export const expand = { expand: list(notEmpty).optional() }

export const paging = {
  limit: integer
    .refine(
      (value) => value >= 1 && value <= 100,
      says('parameter_invalid_integer', 'This value must be between 1 and 100.'),
    )
    .optional(),
  starting_after: notEmpty.optional(),
  ending_before: notEmpty.optional(),
  ...expand,
}

export const created = z
  .union([
    integer,
    z.strictObject({
      gt: integer.optional(),
      gte: integer.optional(),
      lt: integer.optional(),
      lte: integer.optional(),
    }),
  ])
  .optional()
