type Statement = { sql: string; values: readonly (string | null)[] }

/** Statements that commit by themselves, told apart by their words; `undefined` is for what only a timer does. */
const ALONE: [RegExp, string | undefined][] = [
  [/^\s*(?:select|listen|set|show|begin|commit|rollback)\b/i, undefined],
  [/insert into idempotency_keys/i, 'idempotency key taken'],
  [/update idempotency_keys set created_at/i, undefined],
  [/update idempotency_keys/i, 'answer kept'],
  [/delete from idempotency_keys/i, 'idempotency key given back'],
  [/set lease_owner = null/i, 'lease given back'],
  [/lease_until < clock_timestamp\(\)\)?\s*returning/i, 'lease taken'],
  [/update procedures set lease_until/i, undefined],
  [/state = 'completed'/i, 'job completed'],
]

const WRITES = /\b(?:insert into|delete from|(?<!for |for no key |do )update)\s+"?(?:\w+"?\."?)?(\w+)"?/gi

const tablesOf = (sql: string): string[] => Array.from(sql.matchAll(WRITES), ([, table = '']) => table)

/** What a statement outside a transaction commits, in words; undefined when it is no change worth a fault. */
export function nameOfStatement({ sql }: Statement, application: string): string | undefined {
  const known = ALONE.find(([pattern]) => pattern.test(sql))
  if (known) return known[1]
  // The queue's own housekeeping runs by the clock.
  if (application !== 'ez') return undefined
  const [table] = tablesOf(sql)
  return table === undefined ? undefined : `write of ${table}`
}

/** What a transaction commits: the events it tells of, or else the tables it changes; undefined when it only reads. */
export function nameOfTransaction(statements: readonly Statement[]): string | undefined {
  const tables = new Set<string>()
  const events = new Set<string>()
  for (const { sql, values } of statements) {
    const written = tablesOf(sql)
    for (const table of written) tables.add(table)
    if (written.includes('events')) for (const event of eventsIn(values)) events.add(event)
  }
  if (events.size > 0) return [...events].join(' ')
  return tables.size > 0 ? `write of ${[...tables].toSorted().join(' ')}` : undefined
}

/** Events with the step they tell of: a procedure says `procedure.advanced` many times. They travel as one JSON list. */
function eventsIn(values: Statement['values']): string[] {
  return values.flatMap((value) => {
    if (!value?.startsWith('[')) return []
    const events = JSON.parse(value) as { name?: string; after?: { step?: string } | null }[]
    return events.map(({ name = 'event', after }) => (after?.step === undefined ? name : `${name}(${after.step})`))
  })
}
