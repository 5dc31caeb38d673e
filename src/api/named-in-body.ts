import { type FieldIssue, isProblem, Problem } from '#platform/problem.ts'

/**
 * What the address does not name is not what is missing: where the body asks for something that is not there, the refusal with
 * this code becomes `input_invalid` by its field. Others are thrown on.
 */
export const namedInBody =
  (code: string, issue: FieldIssue) =>
  (error: unknown): never => {
    if (!isProblem(error) || error.code !== code) throw error
    throw new Problem('invalid', 'input_invalid', 'Please correct what is marked.', { issues: [issue] })
  }
