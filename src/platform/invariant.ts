/** Something `ez check` found broken: which promise, what is wrong in words for staff, and on what. */
export type Finding = { invariant: `I${number}`; message: string; subjectId?: string }
