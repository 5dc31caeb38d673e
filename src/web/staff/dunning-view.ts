import type { Dunned } from '#modules/billing/dunning-queries.ts'
import type { DunningNight } from '#modules/billing/dunning-nights.ts'
import type { DunningStory } from '#modules/billing/dunning-queries.ts'
import type { WaitingTermination } from '#modules/provisioning/approve-terminations.ts'
import { iso } from './view.ts'

/** A document in the list of dunning. */
export const documentView = (row: Dunned) => ({
  id: row.id,
  number: row.number,
  customerId: row.customerId,
  customerName: row.customerName,
  currency: row.currency,
  openMinor: row.openMinor,
  dueOn: row.dueOn.toString(),
  last: row.last && { action: row.last.action, outcome: row.last.outcome, on: row.last.on },
  next: row.next,
  nextOn: row.nextDunningOn?.toString() ?? null,
  heldUntil: row.suspendHoldUntil?.toString() ?? null,
})
export type DocumentView = ReturnType<typeof documentView>

export const nightView = (night: DunningNight) => ({
  ...night,
  day: night.day.toString(),
  firstAt: iso(night.firstAt),
  lastAt: iso(night.lastAt),
})
export type NightView = ReturnType<typeof nightView>

export const waitingView = ({
  serviceId,
  hostname,
  customerId,
  customerName,
  reason,
  currency,
  openMinor,
}: WaitingTermination) => ({
  serviceId,
  hostname,
  customerId,
  customerName,
  reason,
  currency,
  openMinor,
})
export type WaitingView = ReturnType<typeof waitingView>

/** How dunning of one document went and goes on. */
export const storyView = (story: DunningStory | undefined) =>
  story && {
    taken: story.taken.map(({ action, day, outcome, on }) => ({ action, day, outcome, on })),
    coming: story.coming.map(({ step, on }) => ({ ...step, on: on?.toString() ?? null })),
    holdUntil: story.holdUntil?.toString() ?? null,
  }
export type StoryView = NonNullable<ReturnType<typeof storyView>>
