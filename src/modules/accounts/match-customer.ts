import { type RawBuilder, sql } from 'kysely'

/**
 * Whether a row of `customers` is what somebody looks for: an id, the beginning of a name (one or two letters, since two
 * would match half the table), or a part of name, email or company, written as the index over them is.
 */
export function matchCustomer(text: string): RawBuilder<boolean> {
  const search = text.trim().toLowerCase()
  if (/^cus_[0-9a-z]{26}$/.test(search)) return sql`customers.id = ${search}`
  const pattern = search.replaceAll(/[\\%_]/g, String.raw`\$&`)
  if (search.length < 3) return sql`lower(customers.name) like ${`${pattern}%`}`
  return sql`lower(customers.name || ' ' || customers.email || ' ' || coalesce(customers.company, '')) like ${`%${pattern}%`}`
}
