import type { EventFilter } from '#modules/accounts/list-events.ts'
import type { ListUrl } from './list-url.ts'

/** What the address of the log says to look for. Days are UTC, both of them included. */
export function readEventFilter(url: ListUrl, customerId: string | undefined): Omit<EventFilter, 'limit' | 'after'> {
  const from = dayOf(url.text('from'))
  const until = dayOf(url.text('until'))
  return {
    subjectId: url.text('subject'),
    name: url.text('name'),
    actor: url.text('actor'),
    address: url.text('address'),
    from,
    until: until?.add({ hours: 24 }),
    customerId,
  }
}

/** The beginning of a day, given as a date field gives it. */
function dayOf(text: string | undefined): Temporal.Instant | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text).toZonedDateTime('UTC').toInstant()
  } catch {
    return undefined // A day that no month has.
  }
}
