import { z } from 'zod'
import { customerNotice } from './notify-of-event.ts'

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

/** `subscription.cancelled` → that it has ended. One that ends because its server is gone is told by the mail about the server. */
export const notifySubscriptionCancelled = customerNotice('notify-subscription-cancelled', ({ actorId }) =>
  actorId === 'provisioning' ? undefined : 'subscription-ended',
)
