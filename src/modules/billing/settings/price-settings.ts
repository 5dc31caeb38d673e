import { z } from 'zod'
import { NOTICE_DAYS_AT_MOST } from './bounds.ts'
import type { SettingsSection } from './section.ts'

export const PriceSettings = z.object({
  /** Days from the mail to the first period at the new price. */
  priceNoticeDays: z.int().min(0).max(NOTICE_DAYS_AT_MOST),
})
export type PriceSettings = z.output<typeof PriceSettings>

/** How early existing customers are told of a new price. What is announced keeps the notice it was announced with. */
export const priceSection: SettingsSection<PriceSettings> = {
  schema: PriceSettings,
  read: async (_db, { priceNoticeDays }) => ({ priceNoticeDays }),
  check: async () => [],
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}
