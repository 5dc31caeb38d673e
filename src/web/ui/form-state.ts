import { z } from 'zod'
import { formatNumber, type Locale } from '#platform/i18n.ts'
import { isProblem, type Problem } from '#platform/problem.ts'
import { kitMessages } from '../messages/kit.ts'
import { problemText } from '../messages/problems.ts'

/** What an action returns when it refuses: the page shows it with nothing typed lost. */
export type FormState = {
  ok: false
  /** By field name. */
  errors: Record<string, string>
  /** What concerns no single field. */
  message?: string
  values: Record<string, string | string[]>
}

type Parsed<T> = { ok: true; value: T } | FormState

const SECRET_NAME = /password|secret|token|cvc/i
const MAX_ECHO = 10_000

/**
 * Reads a form by a schema: text is trimmed (secrets are not), an empty field counts as missing, a field the schema
 * lists as an array may come several times. Unknown and repeated fields and files are refused. Messages of the schema
 * win over ours; a schema without messages speaks the visitor's language.
 */
export function parseForm<S extends z.ZodObject>(schema: S, form: FormData, locale: Locale): Parsed<z.output<S>> {
  const words = kitMessages[locale].form
  const raw: Record<string, string | string[]> = {}
  for (const name of new Set(form.keys())) {
    const field: unknown = schema.shape[name]
    const all = form.getAll(name)
    const texts = all
      .filter((value) => typeof value === 'string')
      .map((text) => (SECRET_NAME.test(name) ? text : text.trim()))
    const many = field !== undefined && isArray(field)
    if (field === undefined || texts.length < all.length || (!many && texts.length > 1))
      return { ok: false, errors: {}, message: words.unknownField, values: typedValues(form) }
    if (many) raw[name] = texts.filter((text) => text !== '')
    else if (texts[0] !== '') raw[name] = texts[0]!
  }
  const result = schema.safeParse(raw, { error: (issue) => issueText(issue, locale) })
  if (result.success) return { ok: true, value: result.data }
  const errors: Record<string, string> = {}
  for (const issue of result.error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message
  const { '': message, ...rest } = errors
  return { ok: false, errors: rest, values: typedValues(form), ...(message === undefined ? {} : { message }) }
}

/**
 * The refusal of a command as the answer of a form: its issues by the fields they name, its words on top. That they show
 * who they are is asked on a page of its own: that refusal is thrown on.
 */
export function refusedForm(problem: Problem, form: FormData, locale: Locale): FormState {
  if (problem.code === 'confirmation_needed') throw problem
  const errors: Record<string, string> = {}
  for (const { path, message } of problem.issues)
    errors[path.split('.').findLast((part) => form.has(part)) ?? path] ??= message
  const named = Object.keys(errors).length > 0 && Object.keys(errors).every((name) => form.has(name))
  return { ok: false, errors, values: typedValues(form), ...(named ? {} : { message: problemText(problem, locale) }) }
}

/** Runs a command for a form; its refusal becomes field errors. Refusals a form cannot mend (not found, forbidden) are thrown on. */
export async function tryForm<T>(
  form: FormData,
  locale: Locale,
  run: () => Promise<T>,
): Promise<{ ok: true; value: T } | FormState> {
  try {
    return { ok: true, value: await run() }
  } catch (error) {
    if (isProblem(error) && ['invalid', 'conflict', 'rate_limited', 'unavailable'].includes(error.kind))
      return refusedForm(error, form, locale)
    throw error
  }
}

/** One field of a form as text; empty when it is missing or a file. */
export function fieldText(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

/** What was typed, for showing it again; secrets and private keys never come back. */
export function typedValues(form: FormData): FormState['values'] {
  const values: FormState['values'] = {}
  for (const name of new Set(form.keys())) {
    if (SECRET_NAME.test(name)) continue
    const texts = form.getAll(name).filter((value) => typeof value === 'string')
    const safe = texts.filter((text) => text.length <= MAX_ECHO && !text.includes('PRIVATE KEY'))
    values[name] = safe.length > 1 ? safe : (safe[0] ?? '')
  }
  return values
}

function isArray(field: unknown): boolean {
  if (field instanceof z.ZodArray) return true
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? isArray(field.unwrap()) : false
}

function issueText(issue: z.core.$ZodRawIssue, locale: Locale): string {
  const words = kitMessages[locale].form
  const limit = (value: number | bigint): string => formatNumber(value, locale)
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return words.required
      return issue.expected === 'number' || issue.expected === 'int' ? words.number : words.invalid
    case 'too_small':
      if (issue.origin === 'string') return issue.input === '' ? words.required : words.tooShort(Number(issue.minimum))
      return issue.origin === 'array' ? words.choose : words.tooSmall(limit(issue.minimum))
    case 'too_big':
      return issue.origin === 'string' ? words.tooLong(Number(issue.maximum)) : words.tooBig(limit(issue.maximum))
    case 'invalid_format':
      return issue.format === 'email' ? words.email : words.invalid
    case 'invalid_value':
      return words.choose
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return words.invalid
  }
}
