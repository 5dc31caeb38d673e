import { reaction } from './notify-of-event.ts'

/** `api_token.created` → so that a token somebody else made does not go unseen. */
export const notifyApiTokenCreated = reaction('notify-api-token-created', async (app, { subjectId, customerId }) => {
  const user = await app.db
    .selectFrom('apiTokens')
    .innerJoin('users', 'users.id', 'apiTokens.userId')
    .select(['users.email', 'users.locale'])
    .where('apiTokens.id', '=', subjectId)
    .executeTakeFirstOrThrow()
  return { template: 'api-token-created', recipient: user.email, locale: user.locale, customerId, subjectId }
})
