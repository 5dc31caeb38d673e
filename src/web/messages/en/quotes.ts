import type { ChangeState } from '#platform/schema.ts'

export const en = {
  title: 'Quotes',
  text: 'What changes of your subscriptions were quoted. A quote holds for 15 minutes and is charged to the cent.',
  staffText: 'A quote holds for 15 minutes. One that nobody accepts is forgotten after a day.',
  back: 'Subscriptions',
  one: 'Subscription',
  search: 'Server',
  searchStaff: 'Server or customer',
  what: 'Server',
  to: 'Change to',
  state: 'State',
  standings: { open: 'Open', accepted: 'Accepted', expired: 'Expired', withdrawn: 'Withdrawn' },
  left: (minutes: number) => (minutes === 1 ? '1 minute left' : `${minutes} minutes left`),
  accepted: {
    awaiting_payment: 'Waits for its payment',
    scheduled: 'Set for its day',
    applied: 'Done',
    withdrawn: '',
  } satisfies Record<Exclude<ChangeState, 'quoted'>, string>,
  due: 'Due at once',
  made: 'Quoted',
  empty: 'No quotes yet',
  emptyText: 'Choose another plan or option of a subscription to see what it costs.',
  emptyStaff: 'What customers ask changes to cost appears here.',
}
