import type { App } from '#app/app.ts'
import type { UserToken } from '#modules/accounts/user-token.ts'

/** The row behind a mailed link. Throws when it is missing, which only an error of ours can cause. */
export const getLinkToken = (app: App, tokenId: string): Promise<UserToken> =>
  app.db
    .selectFrom('userTokens')
    .selectAll()
    .where('id', '=', tokenId)
    .executeTakeFirstOrThrow(() => new Error(`There is no link ${tokenId}`))
