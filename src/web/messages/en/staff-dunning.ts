import { plural } from '#platform/i18n.ts'
import type { DunningAction } from '#platform/schema.ts'

const documents = (n: number): string => `${n} ${plural('en', n, { one: 'document', other: 'documents' })}`
const servers = (n: number): string => `${n} ${plural('en', n, { one: 'server', other: 'servers' })}`

export const en = {
  title: 'Dunning',
  view: 'View',
  views: { documents: 'Documents', nights: 'By day' },
  search: 'Customer, number or id',
  state: 'State',
  step: 'Last step',
  nextStep: 'Next step',
  document: 'Document',
  due: 'Due',
  open: 'Open',
  none: 'None yet',
  nothingNext: 'None',
  currency: 'Currency',
  actions: {
    remind: 'Reminder',
    charge: 'Charge',
    retry: 'Another charge',
    warn: 'Warning',
    suspend: 'Suspension',
    final_warning: 'Last warning',
    terminate: 'Termination',
  } satisfies Record<DunningAction, string> as Record<string, string>,
  states: { overdue: 'Overdue', coming: 'Not due yet', held: 'Held', suspended: 'Suspended' } as Record<string, string>,
  heldUntil: 'Held until',
  empty: 'Nobody is asked for money',
  emptyText: 'Documents that are to be paid appear here until they are.',
  behind: (n: number) => `Dunning is behind with ${documents(n)}`,
  behindText: 'Their day has come and their step was not taken yet. Look whether a worker is running.',
  oldest: 'The oldest since',
  failures: (n: number) =>
    `Renewals of ${n} ${plural('en', n, { one: 'customer', other: 'customers' })} could not be made and are tried each hour`,
  nights: {
    day: 'Day',
    between: 'Between',
    skipped: 'Skipped',
    empty: 'Dunning did nothing in the last 30 days',
    emptyText: 'Each day on which it takes steps appears here.',
  },
  waiting: (n: number) =>
    `${servers(n)} ${plural('en', n, { one: 'waits', other: 'wait' })} for your approval to be terminated`,
  waitingText:
    'Twenty servers were terminated within the hour. No more end by themselves until there is room, in case something is wrong. Look at the list first.',
  approve: (n: number) => `Terminate ${servers(n)}`,
  approveTitle: (n: number) => `Terminate ${servers(n)} for good?`,
  approveText:
    'Each is unpaid and was warned. A last backup is kept for 30 days. One that was paid for meanwhile stays.',
  showWaiting: 'Which ones',
  card: {
    title: 'Dunning',
    taken: 'Taken',
    coming: 'To come',
    after: 'after the step before it',
    outcomes: {
      sent: 'sent',
      asked: 'asked for',
      suspended: 'suspended',
      skipped: 'skipped, a later one was due as well',
      charging: 'charge begun',
      paid: 'paid from credit',
      pending: 'a payment was under way',
      no_method: 'no saved card',
      refused_for_good: 'the bank refuses this card for good',
      too_small: 'too little is left to be charged by card',
      not_open: 'paid meanwhile',
    } as Record<string, string>,
    hold: 'Hold until',
    holdHint:
      'Nothing is suspended or terminated for it before this day. Reminders go on. Leave it empty to take it back.',
    holdSave: 'Hold',
    held: 'Held until',
    remind: 'Remind now',
    writeOff: 'Write off',
    writeOffTitle: (money: string) => `Write off ${money}?`,
    writeOffText:
      'Reminders and attempts to collect end. It can still be paid. Nothing is booked, since it was never earned. A server it was for is not ended by this: do that on its page.',
    reason: 'Reason',
    reasonHint: 'Stays in the log.',
    over: 'No step is left.',
  },
}
