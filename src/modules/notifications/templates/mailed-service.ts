import type { App } from '#app/app.ts'
import type { Schema } from '#platform/schema.ts'

/** What mails tell of a service. Throws when it is missing, which only an error of ours can cause. */
export const getMailedService = (
  app: App,
  serviceId: string,
): Promise<Pick<Schema['services'], 'id' | 'hostname' | 'failure'>> =>
  app.db
    .selectFrom('services')
    .select(['id', 'hostname', 'failure'])
    .where('id', '=', serviceId)
    .executeTakeFirstOrThrow(() => new Error(`There is no service ${serviceId}`))
