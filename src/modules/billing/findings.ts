import { type RawBuilder, sql } from 'kysely'
import type { Finding } from '#platform/invariant.ts'
import type { DifferenceKind } from './proof-kinds.ts'

/** What a query found broken, and where; `kind` is which story it is, `facts` what that is told with. */
export type Row = { subjectId: string; detail: string; kind: DifferenceKind; facts: Facts }

/** The two sides that should agree, minor units of `currency` as text, whom it concerns and what else. All may be missing. */
export type Facts = {
  left?: string | null
  right?: string | null
  currency?: string | null
  customer?: string | null
  related?: string | null
}

export const findings = (invariant: Finding['invariant'], rows: readonly Row[], say: (row: Row) => string): Finding[] =>
  rows.map((row) => ({
    invariant,
    subjectId: row.subjectId,
    message: say(row),
    kind: row.kind,
    facts: row.facts,
  }))

/** Facts as a column of a query. */
export const facts = (parts: Partial<Record<keyof Facts, RawBuilder<unknown>>>): RawBuilder<Facts> =>
  sql<Facts>`jsonb_build_object(${sql.join(
    Object.entries(parts).flatMap(([name, value]) => [sql.lit(name), sql`(${value})::text`]),
  )})`

/** Whom an invoice `i` concerns, and in what its amounts are. */
export const ofInvoice = { customer: sql`i.customer_id`, currency: sql`i.currency` }
/** The same of a payment `p`. */
export const ofPayment = { customer: sql`p.customer_id`, currency: sql`p.currency` }
