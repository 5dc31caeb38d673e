import type { Locale } from '#platform/i18n.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'

const USUAL_CURRENCY: Record<Locale, string> = { en: 'USD', de: 'EUR' }

/** Makes the customer a new user owns, and gives its id. Prices are in `currency`, or that of the language. */
export async function openAccount(
  tx: Tx,
  input: { userId: string; name: string; email: string; locale: Locale; currency?: string | undefined },
): Promise<string> {
  const { userId, name, email, locale } = input
  const customerId = newId('cus')
  const currency = input.currency ?? USUAL_CURRENCY[locale]
  await tx.db
    .insertInto('customers')
    .values({
      id: customerId,
      name,
      email,
      currency,
      locale,
      membersNeedSecondFactor: false,
      autoPay: true,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .execute()
  await tx.db.insertInto('members').values({ customerId, userId, role: 'owner', createdAt: tx.now }).execute()
  await tx.emit('customer.created', customerId, { customerId, after: { currency, locale } })
  return customerId
}
