import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Coupon, couponMachine } from './coupon.ts'
import { normaliseCouponCode } from './coupon-code.ts'
import { lockCoupon } from './coupons-queries.ts'

/** All that staff say about a coupon. Minor units of each currency. */
export type CouponInput = Omit<Coupon, 'id' | 'codeKey' | 'state' | 'uses' | 'createdAt' | 'updatedAt'> & {
  amounts: readonly { currency: string; amountMinor: bigint }[]
}

/** What may still be changed of a coupon that is given out. */
export type CouponLimits = Pick<CouponInput, 'name' | 'maxUses' | 'maxUsesPerCustomer' | 'validUntil'>

/** Prepares a coupon as a draft. Throws `coupon_code_unfit`, `coupon_code_taken` (by its constraint). */
export async function createCoupon(app: App, actor: Actor, { amounts, ...input }: CouponInput): Promise<Coupon> {
  requirePermission(actor, 'coupon.manage')
  return app.transaction(actor, async (tx) => {
    const values = { ...input, codeKey: keyOf(input.code), uses: 0, createdAt: tx.now, updatedAt: tx.now }
    const coupon = await tx.db
      .insertInto('coupons')
      .values({ id: newId('cpn'), state: 'draft', ...values })
      .returningAll()
      .executeTakeFirstOrThrow()
    await saveAmounts(tx, coupon.id, amounts)
    await tx.emit('coupon.draft', coupon.id, { after: { code: coupon.code, name: coupon.name, kind: coupon.kind } })
    return coupon
  })
}

/** Changes a draft in all it says. Throws `coupon_not_found`, `coupon_active`, `coupon_ended`, and as createCoupon. */
export async function updateCoupon(
  app: App,
  actor: Actor,
  { couponId, amounts, ...input }: CouponInput & { couponId: string },
): Promise<void> {
  requirePermission(actor, 'coupon.manage')
  await app.transaction(actor, async (tx) => {
    const coupon = await lockCoupon(tx, couponId)
    requireVerb(couponMachine, coupon, 'activate')
    await tx.db
      .updateTable('coupons')
      .set({ ...input, codeKey: keyOf(input.code), updatedAt: tx.now })
      .where('id', '=', couponId)
      .execute()
    await tx.db.deleteFrom('couponAmounts').where('couponId', '=', couponId).execute()
    await saveAmounts(tx, couponId, amounts)
    await tx.emit('coupon.updated', couponId, { before: limitsOf(coupon), after: limitsOf(input) })
  })
}

/**
 * Changes the name, limits and end of a coupon that is given out; what it takes off stays as people were told. Throws
 * `coupon_not_found`, `coupon_ended`, and `coupon_limit_below_uses` when more have used it already.
 */
export async function updateCouponLimits(
  app: App,
  actor: Actor,
  { couponId, ...limits }: CouponLimits & { couponId: string },
): Promise<void> {
  requirePermission(actor, 'coupon.manage')
  await app.transaction(actor, async (tx) => {
    const coupon = await lockCoupon(tx, couponId)
    requireVerb(couponMachine, coupon, 'end')
    if (limits.maxUses !== null && limits.maxUses < coupon.uses)
      throw new Problem('conflict', 'coupon_limit_below_uses', `It has been used ${coupon.uses} times already.`, {
        issues: [{ path: 'maxUses', message: `It has been used ${coupon.uses} times already.` }],
      })
    await tx.db
      .updateTable('coupons')
      .set({ ...limits, updatedAt: tx.now })
      .where('id', '=', couponId)
      .execute()
    await tx.emit('coupon.updated', couponId, { before: limitsOf(coupon), after: limitsOf(limits) })
  })
}

/** Gives a draft out: its code holds from now on, or from the day it says. Throws `coupon_not_found`, `coupon_active`, `coupon_ended`. */
export async function activateCoupon(app: App, actor: Actor, input: { couponId: string }): Promise<Coupon> {
  requirePermission(actor, 'coupon.manage')
  return app.transaction(actor, async (tx) =>
    transition(tx, couponMachine, await lockCoupon(tx, input.couponId), 'activate'),
  )
}

/** Takes a code back. Orders and agreements that have it keep it. Throws `coupon_not_found`, `coupon_ended`. */
export async function endCoupon(app: App, actor: Actor, input: { couponId: string }): Promise<Coupon> {
  requirePermission(actor, 'coupon.manage')
  return app.transaction(actor, async (tx) =>
    transition(tx, couponMachine, await lockCoupon(tx, input.couponId), 'end'),
  )
}

const limitsOf = ({ name, maxUses, maxUsesPerCustomer, validUntil }: CouponLimits) => ({
  name,
  maxUses,
  maxUsesPerCustomer,
  validUntil,
})

function keyOf(code: string): string {
  const key = normaliseCouponCode(code)
  if (key === '')
    throw new Problem('invalid', 'coupon_code_unfit', 'Give a code of letters or digits.', {
      issues: [{ path: 'code', message: 'Give a code of letters or digits.' }],
    })
  return key
}

async function saveAmounts(tx: Tx, couponId: string, amounts: CouponInput['amounts']): Promise<void> {
  const rows = JSON.stringify(amounts.map(({ currency, amountMinor }) => ({ currency, amount: String(amountMinor) })))
  await sql`insert into coupon_amounts (coupon_id, currency, amount_minor)
    select ${couponId}, currency, amount from jsonb_to_recordset(${rows}::jsonb) as a (currency text, amount bigint)`.execute(
    tx.db,
  )
}
