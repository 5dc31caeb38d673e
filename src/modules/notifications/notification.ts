import type { NotificationState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** A message to a person about one event. */
export type Notification = Schema['notifications']

export const notificationMachine = stateMachine({
  noun: 'notification',
  table: 'notifications',
  states: {
    queued: { send: 'sent', fail: 'failed' },
    sent: {},
    failed: {},
  } satisfies Transitions<NotificationState>,
})
