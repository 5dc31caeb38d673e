import type { Customer, Memory } from './stripe-simulator-memory.ts'
import { missing } from './stripe-simulator-refusal.ts'

/** What requests name, or Stripe's refusal when there is no such thing. */

export function found<T>(object: T | undefined, noun: string, id: string | undefined, param?: string): T {
  if (object === undefined) throw missing(noun, id ?? '', param)
  return object
}

/** A customer that exists and has not been deleted. */
export function liveCustomer(memory: Memory, id: string, param?: string): Customer {
  const customer = found(memory.customers.get(id), 'customer', id, param)
  if ('deleted' in customer) throw missing('customer', id, param)
  return customer
}

/** New keys are added, empty ones taken away; an empty metadata clears all. */
export function mergeMetadata(before: Record<string, string>, change: Record<string, string>): Record<string, string> {
  if (Object.keys(change).length === 0) return {}
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''))
}
