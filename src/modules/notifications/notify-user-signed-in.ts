import { sql } from 'kysely'
import { z } from 'zod'
import { reaction } from './notify-of-event.ts'

const SignedIn = z.object({ sessionId: z.string() })

/**
 * `user.signed_in` → a mail when the browser or program is one this user has not signed in with before, whatever its version;
 * the first of all is no news.
 */
export const notifyUserSignedIn = reaction('notify-user-signed-in', async (app, { subjectId, customerId, after }) => {
  const { sessionId } = SignedIn.parse(after)
  const plain = (agent: string) => sql`regexp_replace(coalesce(${sql.ref(agent)}, ''), '[0-9.]+', '', 'g')`
  const { rows } = await sql<{ email: string; locale: 'en' | 'de'; known: boolean | null }>`
    select u.email, u.locale, (
      select bool_or(${plain('earlier.userAgent')} = ${plain('s.userAgent')})
      from sessions earlier where earlier.user_id = s.user_id and earlier.id < s.id
    ) as known
    from sessions s join users u on u.id = s.user_id where s.id = ${sessionId} and u.id = ${subjectId}`.execute(app.db)
  const [user] = rows
  if (user?.known !== false) return undefined
  const { email, locale } = user
  return { template: 'new-sign-in', recipient: email, locale, customerId, subjectId: sessionId }
})
