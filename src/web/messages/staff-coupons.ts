import { de } from './de/staff-coupons.ts'
import { en } from './en/staff-coupons.ts'
import type { Catalogue } from './messages.ts'

/** Words of the coupons as staff see them. */
export const staffCouponsMessages: Catalogue<typeof en> = { en, de }
