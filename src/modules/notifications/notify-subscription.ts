import { z } from 'zod'
import { customerNotice, customerNotices } from './notify-of-event.ts'

/** `change.applied` → what is agreed from now on, and what it cost. */
export const notifyChangeApplied = customerNotice('notify-change-applied', () => 'change-confirmed')

/** What was asked for; that it ended at once is told by its own mail. */
const Asked = z.object({ when: z.enum(['period_end', 'now']) })

/** `subscription.cancellation_requested` → on which day it ends, and how to keep it. */
export const notifyCancellationRequested = customerNotice('notify-cancellation-requested', ({ after }) =>
  Asked.parse(after).when === 'period_end' ? 'cancellation-confirmed' : undefined,
)

/** `subscription.cancellation_undone` → that it goes on. */
export const notifyCancellationUndone = customerNotice('notify-cancellation-undone', () => 'cancellation-undone')

/** `subscription.trial_ending` → what is paid from which day on, and how to stop it. */
export const notifyTrialEnding = customerNotice('notify-trial-ending', () => 'trial-ends')

/** `payment_method.expiring` → until when the card that is charged is valid, and what to do before. */
export const notifyCardExpiring = customerNotices('notify-card-expiring', () => 'card-expiring')

/** `adoption.moved` → from which day on we bill what Stripe billed. */
export const notifyMovedOver = customerNotice('notify-moved-over', () => 'moved-over')

/** `subscription.cancelled` → that it has ended. One that ends because its server is gone is told by the mail about the server. */
export const notifySubscriptionCancelled = customerNotice('notify-subscription-cancelled', ({ actorId }) =>
  actorId === 'provisioning' ? undefined : 'subscription-ended',
)

/** `repricing.customer_told` → what they pay from which renewal on. */
export const notifyPriceChange = customerNotices('notify-price-change', () => 'price-change')

/** `repricing.customer_spared` → that the old price stays. */
export const notifyPriceChangeCancelled = customerNotices(
  'notify-price-change-cancelled',
  () => 'price-change-cancelled',
)
