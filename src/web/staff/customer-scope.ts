import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import type { ListUrl } from './list-url.ts'
import type { StaffScope } from './access.ts'

/** The customer a list is narrowed to by `?customer=`. Throws `customer_not_found`. */
export async function scopedCustomer(
  { app, actor }: StaffScope,
  url: ListUrl,
): Promise<{ id: string; name: string } | undefined> {
  const asked = url.text('customer')
  if (asked === undefined) return undefined
  const { id, name } = await getCustomer(app, actor, asked)
  return { id, name }
}
