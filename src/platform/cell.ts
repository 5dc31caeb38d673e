/**
 * A value of a table that leaves the house: text, a day, an exact number such as `-12.30`, or nothing. With `percent` the
 * number is a share of one, `0.19` for 19 %.
 */
export type Cell = string | Temporal.PlainDate | { decimal: string; percent?: true } | null
