import type { App } from '#app/app.ts'

/** Where customers write to, as invoices tell it; undefined before the seller is set up. */
export async function findSellerEmail(app: Pick<App, 'db'>): Promise<string | undefined> {
  const seller = await app.db.selectFrom('legalEntities').select('email').orderBy('id').limit(1).executeTakeFirst()
  return seller?.email
}
