import type { App } from '#app/app.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { balanceOf, readStatement, type Statement, STATEMENT_KINDS } from '#modules/billing/read-statement.ts'
import { getSellerTimeZone } from '#modules/billing/seller.ts'
import { nameMovement } from '#modules/billing/statement-words.ts'
import type { Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { iso } from './view.ts'

/** The statement that an address asks for: `from` and `to` (the last day, counted in), else this month; `currency`, else their own. */
export async function readAskedStatement(
  app: App,
  actor: Actor,
  customerId: string,
  request: Request,
): Promise<Statement> {
  const search = new URL(request.url).searchParams
  const today = app.clock
    .now()
    .toZonedDateTimeISO(await getSellerTimeZone(app))
    .toPlainDate()
  const from = readDay(search.get('from')) ?? today.with({ day: 1 })
  const to = readDay(search.get('to')) ?? from.with({ day: from.daysInMonth })
  const asked = /^[A-Z]{3}$/.exec(search.get('currency') ?? '')?.[0]
  const currency = asked ?? (await getCustomer(app, actor, customerId)).currency
  // Days the wrong way round are those in between all the same.
  const [first, last] = Temporal.PlainDate.compare(from, to) <= 0 ? [from, to] : [to, from]
  return readStatement(app, actor, { customerId, currency, from: first, until: last.add({ days: 1 }) })
}

function readDay(text: string | null): Temporal.PlainDate | undefined {
  const match = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(text ?? '')
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (month < 1 || month > 12 || day < 1) return undefined
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' })
}

/** A statement as its page shows it. */
export type StatementView = ReturnType<typeof statementView>

export const statementView = (statement: Statement, locale: Locale) => ({
  from: iso(statement.from),
  to: iso(statement.until.subtract({ days: 1 })),
  currency: statement.currency,
  currencies: statement.currencies,
  openingMinor: balanceOf(statement.opening),
  closingMinor: balanceOf(statement.closing),
  creditMinor: statement.closing.creditMinor,
  sums: STATEMENT_KINDS.map((kind) => ({ kind, minor: statement.sums[kind] })).filter(({ minor }) => minor !== 0n),
  rows: statement.rows.map((row) => ({
    id: row.id,
    at: iso(row.at),
    what: nameMovement(row, locale),
    invoiceId: row.invoiceId,
    fromCredit: row.posting === 'credit_use' && row.amountMinor === 0n,
    amountMinor: row.amountMinor,
    balanceMinor: row.balanceMinor,
  })),
  /** The months before and after the first day, as spans of the page. */
  earlier: monthAt(statement.from.subtract({ months: 1 })),
  later: monthAt(statement.from.add({ months: 1 })),
})

function monthAt(day: Temporal.PlainDate): { from: string; to: string } {
  const first = day.with({ day: 1 })
  return { from: iso(first), to: iso(first.with({ day: first.daysInMonth })) }
}
