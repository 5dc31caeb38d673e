// Writes src/platform/schema.ts from a freshly migrated database, which it throws away.
import { rm, writeFile } from 'node:fs/promises'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { migrate } from '#platform/migrate.ts'

const TYPES: Record<string, string> = {
  int8: 'bigint',
  int4: 'number',
  int2: 'number',
  float8: 'number',
  bool: 'boolean',
  text: 'string',
  _text: 'string[]',
  xid8: 'string',
  inet: 'string',
  bytea: 'Buffer',
  jsonb: 'unknown',
  date: 'Temporal.PlainDate',
  timestamptz: 'Temporal.Instant',
}

const camel = (name: string): string => name.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
const pascal = (name: string): string => camel(`_${name}`)

const folder = '.data/types'
const server = await startEmbeddedPostgres(folder, { volatile: true })
const database = openDatabase(
  await ensureDatabase(server, 'types'),
  // A query that fails says so itself; an idle connection that breaks as the server stops is nothing to us.
  () => undefined,
  1,
)
await migrate(database)

const enums = await database.pool.query<{ name: string; labels: string[] }>(`
  select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
  from pg_type t join pg_enum e on e.enumtypid = t.oid where t.typnamespace = 'public'::regnamespace group by 1 order by 1`)
const columns = await database.pool.query<{
  table: string
  column: string
  type: string
  nullable: boolean
  generated: boolean
}>(`
  select c.relname as table, a.attname as column, t.typname as type, not a.attnotnull as nullable,
         a.atthasdef or a.attidentity <> '' as generated
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
    and c.relname not like 'migrations%'
  order by 1, a.attnum`)

const known = new Set(enums.rows.map((row) => row.name))
const typeOf = (name: string): string => {
  if (name.startsWith('_')) return `${typeOf(name.slice(1))}[]`
  const type = known.has(name) ? pascal(name) : TYPES[name]
  if (!type) throw new Error(`scripts/db-types.ts does not know the type ${name}`)
  return type
}
const tables = [...Map.groupBy(columns.rows, (row) => row.table)]
const text = `// Written by npm run db:types; do not edit.
import type { GeneratedAlways } from 'kysely'

${enums.rows.map((row) => `export type ${pascal(row.name)} = ${row.labels.map((label) => `'${label}'`).join(' | ')}`).join('\n')}

export type Schema = {
${tables
  .map(([table, rows]) => {
    const fields = rows.map((row) => {
      const type = `${typeOf(row.type)}${row.nullable ? ' | null' : ''}`
      return `    ${camel(row.column)}: ${row.generated ? `GeneratedAlways<${type}>` : type}`
    })
    return `  ${camel(table)}: {\n${fields.join('\n')}\n  }`
  })
  .join('\n')}
}
`
await writeFile(new URL('../src/platform/schema.ts', import.meta.url), text)
await database.close()
await server.stop()
await rm(folder, { recursive: true, force: true })
