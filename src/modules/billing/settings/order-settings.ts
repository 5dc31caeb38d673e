import { z } from 'zod'
import type { SettingsSection } from './section.ts'

export const CODES_AT_MOST = 10

export const OrderSettings = z.object({
  couponsPerOrder: z.int().min(1).max(CODES_AT_MOST),
  disputeSuspends: z.boolean(),
  trialNeedsMethod: z.boolean(),
})
export type OrderSettings = z.output<typeof OrderSettings>

/** How many codes an order takes, and what a contested charge does to what it paid for. */
export const orderSection: SettingsSection<OrderSettings> = {
  schema: OrderSettings,
  read: async (_db, { couponsPerOrder, disputeSuspends, trialNeedsMethod }) => ({
    couponsPerOrder,
    disputeSuspends,
    trialNeedsMethod,
  }),
  check: async () => [],
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}
