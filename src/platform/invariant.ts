/**
 * Something `ez check` found broken: which promise, what is wrong in words for staff, and on what. Of money also which kind
 * of difference it is, and what its story is told with.
 */
export type Finding = {
  invariant: `I${number}`
  message: string
  subjectId?: string
  kind?: string
  facts?: object
}
