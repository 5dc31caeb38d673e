import type { App } from '#app/app.ts'
import type { Verdict } from '../judge-money-back.ts'
import { follow } from './follow-subscription.ts'

/**
 * Works a message about a subscription or an invoice of one: of an adopted one the present state is taken over, whatever the message
 * says, so that neither order nor repetition matters. The others are not ours.
 */
export async function judgeAdopted(app: App, gatewaySubscriptionId: string): Promise<Verdict> {
  const adopted = await app.db
    .selectFrom('subscriptions')
    .select('id')
    .where('gatewaySubscriptionId', '=', gatewaySubscriptionId)
    .executeTakeFirst()
  if (!adopted) return { state: 'ignored', note: 'It is of a subscription that was not adopted.' }
  await follow(app, adopted.id)
  return { state: 'processed', note: 'followed' }
}
