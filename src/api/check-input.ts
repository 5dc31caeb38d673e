import type { z } from 'zod'
import { type FieldIssue, Problem } from '#platform/problem.ts'
import { showPath } from './parse-json.ts'

/**
 * What a part of a request says, as its schema has it. Throws `input_invalid` naming every field that is wrong and what to
 * do about it; nothing that was sent is repeated.
 */
export function checkInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: wordsFor })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap(toIssues)
  throw new Problem('invalid', 'input_invalid', 'Please correct what is marked.', { issues })
}

function toIssues(issue: z.core.$ZodIssue): FieldIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: showPath([...issue.path, key]),
      message: 'There is no field of this name here. Remove it.',
    }))
  return [{ path: showPath(issue.path), message: issue.message }]
}

/** Words for what a schema itself says nothing about. */
function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'This is required.' : `Give ${kindOf(String(issue['expected']))}.`
  if (issue.code === 'invalid_value') return `Give one of: ${(issue['values'] as unknown[]).map(String).join(', ')}.`
  if (issue.code === 'too_big') return `Give at most ${String(issue['maximum'])}${unitOf(issue['origin'])}.`
  if (issue.code === 'too_small') return `Give at least ${String(issue['minimum'])}${unitOf(issue['origin'])}.`
  return undefined
}

const KINDS: Record<string, string> = {
  string: 'a text, in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object, in braces',
}
const kindOf = (expected: string): string => KINDS[expected] ?? `a value of the kind ${expected}`

const unitOf = (origin: unknown): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '')
