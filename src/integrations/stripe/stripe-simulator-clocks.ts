import type { Api } from './stripe-simulator-api.ts'
import { BillingParams } from './stripe-simulator-billing-params.ts'
import { listPage } from './stripe-simulator-lists.ts'
import { type Customer, type Memory, nobody, type TestClock } from './stripe-simulator-memory.ts'
import { Params } from './stripe-simulator-params.ts'
import { invalid } from './stripe-simulator-refusal.ts'
import { bill } from './stripe-simulator-renewals.ts'
import { found } from './stripe-simulator-found.ts'
import { deleteCustomer } from './stripe-simulator-customers.ts'
import { recurringOf } from './stripe-simulator-subscriptions.ts'
import { periodEnd } from './stripe-simulator-periods.ts'

/** Test clocks: time that moves when it is told, for the customers that live by it. */

const LIFE_SECONDS = 30 * 86_400

/** Runs work at the time of a clock, or at the wall's when there is none. */
export function underClock<T>(memory: Memory, clockId: unknown, work: () => T): T {
  const clock = typeof clockId === 'string' ? memory.clocks.get(clockId) : undefined
  return clock ? memory.at(clock.frozen_time, work) : work()
}

function createClock(memory: Memory, frozen_time: number, name: string | null): TestClock {
  if (memory.livemode) throw invalid('Test clocks are only available in test mode.')
  const clock: TestClock = {
    id: memory.newId('clock'),
    object: 'test_helpers.test_clock',
    created: memory.now(),
    deletes_after: memory.now() + LIFE_SECONDS,
    frozen_time,
    livemode: false,
    name,
    status: 'ready',
    status_details: {},
  }
  memory.clocks.set(clock.id, clock)
  memory.emit('test_helpers.test_clock.created', clock)
  return clock
}

/** Two intervals of the shortest subscription, as far as one may go at once. */
function farthest(memory: Memory, clock: TestClock): number {
  const ends = memory.subscriptions
    .values()
    .filter((each) => each.test_clock === clock.id && each.ended_at === null)
    .flatMap((each) => each.items.data)
    .map((item) => {
      const once = periodEnd(clock.frozen_time, recurringOf(item), clock.frozen_time)
      return periodEnd(once, recurringOf(item), once)
    })
  return Math.min(...ends, clock.frozen_time + 2 * 366 * 86_400)
}

/** Sends a clock on its way; it arrives with the next tick. */
function advance(memory: Memory, clock: TestClock, target: number): TestClock {
  if (clock.status !== 'ready') throw invalid('This test clock is advancing already.', { code: 'test_clock_advancing' })
  if (target <= clock.frozen_time) throw invalid('A test clock can only be moved forward.', { param: 'frozen_time' })
  if (target > farthest(memory, clock))
    throw invalid('Cannot advance the test clock by more than two intervals of its shortest subscription.', {
      param: 'frozen_time',
    })
  const advancing: TestClock = {
    ...clock,
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  }
  memory.clocks.set(clock.id, advancing)
  memory.clockTargets.set(clock.id, { id: clock.id, target })
  memory.emit('test_helpers.test_clock.advancing', advancing)
  return advancing
}

/** Lets every clock arrive, and everything happen on its way; then does what is due by the wall's clock. */
export function passTime(memory: Memory): void {
  for (const { id, target } of memory.clockTargets.values()) {
    memory.clockTargets.delete(id)
    const move = (frozen_time: number): void => {
      const clock = memory.clocks.get(id)
      if (clock) memory.clocks.set(id, { ...clock, frozen_time })
    }
    bill(memory, id, target, move)
    const clock = memory.clocks.get(id)
    if (!clock) continue
    const ready: TestClock = { ...clock, frozen_time: target, status: 'ready', status_details: {} }
    memory.clocks.set(id, ready)
    memory.emit('test_helpers.test_clock.ready', ready)
  }
  bill(memory, null, memory.now(), () => undefined)
  for (const clock of memory.clocks.values()) if (clock.deletes_after <= memory.now()) deleteClock(memory, clock)
}

function deleteClock(memory: Memory, clock: TestClock): { id: string; object: string; deleted: true } {
  for (const customer of memory.customers.values())
    if (!('deleted' in customer) && customer.test_clock === clock.id) deleteCustomer(memory, customer)
  memory.clocks.delete(clock.id)
  memory.emit('test_helpers.test_clock.deleted', clock)
  return { id: clock.id, object: 'test_helpers.test_clock', deleted: true }
}

/** Throws when no more customers may live by a clock. */
export function requireRoom(memory: Memory, clockId: string): void {
  found(memory.clocks.get(clockId), 'test clock', clockId, 'test_clock')
  const live = (each: Customer | { deleted: true }): boolean => !('deleted' in each) && each.test_clock === clockId
  if (memory.customers.values().filter(live).length >= 3)
    throw invalid('A test clock can have at most 3 customers.', { param: 'test_clock' })
}

export function clockRoutes({ endpoint }: Api, memory: Memory): void {
  const path = '/v1/test_helpers/test_clocks'
  const clock = (id: string) => found(memory.clocks.get(id), 'test clock', id)
  endpoint('POST', path, BillingParams.clockCreate, ({ frozen_time, name }) =>
    createClock(memory, frozen_time, name ?? null),
  )
  endpoint('GET', path, Params.page, (params) => listPage(memory.clocks.values(), params, path))
  endpoint('GET', `${path}/:id`, Params.none, (_, { id = '' }) => clock(id))
  endpoint('POST', `${path}/:id/advance`, BillingParams.clockAdvance, ({ frozen_time }, { id = '' }) =>
    advance(memory, clock(id), frozen_time),
  )
  endpoint('DELETE', `${path}/:id`, Params.none, (_, { id = '' }) => deleteClock(memory, clock(id)))
}

/** For the console: a clock that moves on by so many days. */
export function advanceByDays(memory: Memory, clockId: string, days: number): void {
  memory.during(nobody, () => {
    const clock = found(memory.clocks.get(clockId), 'test clock', clockId)
    advance(memory, clock, clock.frozen_time + days * 86_400)
    passTime(memory)
  })
}
