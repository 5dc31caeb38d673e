import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import { chargeFromNowOn } from './change-payment-method.ts'

/** A way to pay that the gateway keeps: what we may show of it. */
type Kept = {
  gatewayMethodId: string
  kind: string
  brand: string
  lastFour: string
  expiryMonth?: number | undefined
  expiryYear?: number | undefined
}

/**
 * Remembers a way to pay that can be charged later; the first one of a customer is the one that is charged, and one that outlasts a card
 * that has expired, or of which they were told that it does.
 */
export async function savePaymentMethod(tx: Tx, customerId: string, method: Kept): Promise<void> {
  const { gatewayMethodId, kind, brand, lastFour } = method
  const expiry = { expiryMonth: method.expiryMonth ?? null, expiryYear: method.expiryYear ?? null }
  // Two that are saved at once must not both become the first.
  await tx.db.selectFrom('customers').select('id').where('id', '=', customerId).forUpdate().execute()
  const first = await tx.db
    .selectFrom('paymentMethods')
    .select(['id', 'expiryMonth', 'expiryYear'])
    .where('customerId', '=', customerId)
    .where('isDefault', '=', true)
    .where('forgottenAt', 'is', null)
    .executeTakeFirst()
  const added = await tx.db
    .insertInto('paymentMethods')
    .values({
      id: newId('pmt'),
      customerId,
      gateway: 'stripe',
      gatewayMethodId,
      kind,
      brand,
      lastFour,
      ...expiry,
      isDefault: first === undefined,
      createdAt: tx.now,
    })
    .onConflict((conflict) => conflict.columns(['customerId', 'gateway', 'gatewayMethodId']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) await renew(tx, customerId, method)
  if (!added) return
  await tx.emit('payment_method.saved', added.id, { customerId, after: { kind, brand, lastFour } })
  if (first && outlasts(method, first) && (await isEnding(tx, first)))
    await chargeFromNowOn(tx, { id: added.id, customerId })
}

type Expiry = { expiryMonth: number | null; expiryYear: number | null }

/** Months since the year 0 of what is printed on a card; undefined for what does not expire. */
const monthsOf = ({ expiryMonth, expiryYear }: Expiry): number | undefined =>
  expiryMonth === null || expiryYear === null ? undefined : expiryYear * 12 + expiryMonth

function outlasts(kept: Kept, before: Expiry): boolean {
  const [until, untilBefore] = [
    monthsOf({ expiryMonth: kept.expiryMonth ?? null, expiryYear: kept.expiryYear ?? null }),
    monthsOf(before),
  ]
  return untilBefore !== undefined && (until === undefined || until > untilBefore)
}

/** Whether a card has expired, or its customer was told that it does. */
async function isEnding(tx: Tx, { id, ...expiry }: Expiry & { id: string }): Promise<boolean> {
  const { year, month } = tx.now.toZonedDateTimeISO('UTC')
  if ((monthsOf(expiry) ?? Infinity) < year * 12 + month) return true
  const told = await tx.db
    .selectFrom('cardExpiryNotices')
    .select('paymentMethodId')
    .where('paymentMethodId', '=', id)
    .executeTakeFirst()
  return told !== undefined
}

/** Banks renew cards that are saved: the same one then has another date, and may have other digits. */
async function renew(tx: Tx, customerId: string, { gatewayMethodId, brand, lastFour, ...kept }: Kept): Promise<void> {
  const [expiryMonth, expiryYear] = [kept.expiryMonth ?? null, kept.expiryYear ?? null]
  const renewed = await tx.db
    .updateTable('paymentMethods')
    .set({ brand, lastFour, expiryMonth, expiryYear })
    .where('customerId', '=', customerId)
    .where('gateway', '=', 'stripe')
    .where('gatewayMethodId', '=', gatewayMethodId)
    .where((where) =>
      where.or([
        where('brand', '<>', brand),
        where('lastFour', '<>', lastFour),
        where('expiryMonth', 'is distinct from', expiryMonth),
        where('expiryYear', 'is distinct from', expiryYear),
      ]),
    )
    .returning('id')
    .executeTakeFirst()
  if (renewed) await tx.emit('payment_method.renewed', renewed.id, { customerId, after: { brand, lastFour } })
}
