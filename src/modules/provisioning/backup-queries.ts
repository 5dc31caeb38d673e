import type { App } from '#app/app.ts'
import { servicesWith } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import type { FinalBackup } from './final-backup.ts'

/** So many days the seller of an agreement keeps a server's last backup; 0 when none is to be made. */
export async function readBackupDays(db: App['db'], subscriptionId: string): Promise<number> {
  const { finalBackupDays } = await db
    .selectFrom('subscriptions')
    .innerJoin('legalEntities', 'legalEntities.id', 'subscriptions.legalEntityId')
    .select('legalEntities.finalBackupDays')
    .where('subscriptions.id', '=', subscriptionId)
    .executeTakeFirstOrThrow()
  return finalBackupDays
}

/** What pages promise: the days the last backup of a server that ends is kept; 0 while the seller or the host makes none. */
export async function getPromisedBackupDays({ config, db }: App): Promise<number> {
  if (config.proxmox.backupStorage === undefined) return 0
  const seller = await db
    .selectFrom('legalEntities')
    .select('finalBackupDays')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return seller?.finalBackupDays ?? 0
}

/** The last backup of a service: the one that is kept, else what became of it last; undefined while there was none to make. */
export async function findFinalBackup(app: App, actor: Actor, serviceId: string): Promise<FinalBackup | undefined> {
  const { customerId, serviceIds } = servicesWith(actor, 'service.read')
  return app.db
    .selectFrom('finalBackups')
    .selectAll()
    .where('serviceId', '=', serviceId)
    .$if(customerId !== undefined, (query) => query.where('customerId', '=', customerId!))
    .$if(serviceIds !== undefined, (query) => query.where('serviceId', 'in', serviceIds!))
    .orderBy((each) => each.case().when('state', '=', 'kept').then(0).else(1).end())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}
