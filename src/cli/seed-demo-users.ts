import type { Config } from '#app/config.ts'
import { createApp } from '#app/create-app.ts'
import { DEMO_CUSTOMER, DEMO_STAFF } from '#app/demo-logins.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { anonymous, system } from '#platform/actor.ts'
import { openDatabase } from '#platform/database.ts'

/** Makes the two demo logins in a database without users. */
export async function seedDemoUsers(config: Config, databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, () => undefined, 1)
  const anybody = await database.db.selectFrom('users').select('id').limit(1).executeTakeFirst()
  await database.close()
  if (anybody) return
  const app = await createApp(config, { databaseUrl, role: 'command' })
  try {
    await createStaff(app, system('seed'), { ...DEMO_STAFF, name: 'Sam Staff', role: 'admin', locale: 'en' })
    await registerCustomer(app, anonymous, { ...DEMO_CUSTOMER, name: 'Casey Customer', locale: 'en', currency: 'EUR' })
    await app.transaction(system('seed'), async (tx) => {
      await tx.db
        .updateTable('users')
        .set({ emailVerifiedAt: tx.now })
        .where('email', '=', DEMO_CUSTOMER.email)
        .execute()
    })
  } finally {
    await app.close()
  }
}
