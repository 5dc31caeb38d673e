import type { Buyer } from '#test/support/builders.ts'
import type { ModelCustomer } from './model.ts'

/** What a server is at the moment. */
export type Configured = { plan: number; backups: boolean; addresses: number; period: 'month' | 'year' }

export const STARTER: Configured = { plan: 0, backups: false, addresses: 0, period: 'month' }

/** One who `neglects` lets the card lapse and pays in parts at best. */
export type Member = {
  buyer: Buyer
  model: ModelCustomer
  card: 'good' | 'refuses'
  neglects: boolean
  server: Configured
  /** What the server becomes once it is paid for. */
  wished?: Configured
  /** What they and others did, for whoever has to understand a story that differs. */
  diary: string[]
}

/** Writes down what happened to a member, for whoever has to understand a story that differs. */
export function note({ diary }: Member, today: Temporal.PlainDate, words: string): void {
  diary.push(`${today.toString()} ${words}`)
}
