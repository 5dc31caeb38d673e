import { z } from 'zod'
import { CODES_AT_MOST, TRANSFER_DAYS_AT_MOST } from './bounds.ts'
import type { SettingsSection } from './section.ts'

export const OrderSettings = z.object({
  couponsPerOrder: z.int().min(1).max(CODES_AT_MOST),
  disputeSuspends: z.boolean(),
  trialNeedsMethod: z.boolean(),
  /** How long a chosen transfer is waited for. */
  bankTransferDays: z.int().min(1).max(TRANSFER_DAYS_AT_MOST),
})
export type OrderSettings = z.output<typeof OrderSettings>

/** How many codes an order takes, and what a contested charge does to what it paid for. */
export const orderSection: SettingsSection<OrderSettings> = {
  schema: OrderSettings,
  read: async (_db, { couponsPerOrder, disputeSuspends, trialNeedsMethod, bankTransferDays }) => ({
    couponsPerOrder,
    disputeSuspends,
    trialNeedsMethod,
    bankTransferDays,
  }),
  check: async () => [],
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}
