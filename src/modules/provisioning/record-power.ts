import type { MachinePower } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Service } from './service.ts'

/** Notes what the host has just told about a locked service's machine; emits `service.power_changed` when it differs. */
export async function recordPower(tx: Tx, service: Service, power: MachinePower): Promise<void> {
  await tx.db
    .updateTable('services')
    .set({ power, powerSeenAt: tx.now, updatedAt: tx.now })
    .where('id', '=', service.id)
    .execute()
  if (service.power === power) return
  await tx.emit('service.power_changed', service.id, {
    customerId: service.customerId,
    before: { power: service.power },
    after: { power },
  })
}
