import { z } from 'zod'
import { BACKUP_DAYS_AT_MOST } from './bounds.ts'
import type { SettingsSection } from './section.ts'

export const EndingSettings = z.object({
  /** How long the last backup of a server that ends is kept; none is made at 0. */
  finalBackupDays: z.int().min(0).max(BACKUP_DAYS_AT_MOST),
})
export type EndingSettings = z.output<typeof EndingSettings>

/** What is kept of a server that ends. What is kept already keeps its day. */
export const endingSection: SettingsSection<EndingSettings> = {
  schema: EndingSettings,
  read: async (_db, { finalBackupDays }) => ({ finalBackupDays }),
  check: async () => [],
  async write(tx, seller, { after }) {
    await tx.db.updateTable('legalEntities').set(after).where('id', '=', seller.id).execute()
  },
}
