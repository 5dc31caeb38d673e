import type { Memory } from './stripe-simulator-memory.ts'

/** How the simulator behaves until it is told otherwise; kept with everything else. */
export type Settings = {
  id: 'settings'
  /** How long after a refund with the failing card its failure is told. */
  refundFailsAfterMs: number
  /** How long a direct debit is on its way. */
  debitSettlesAfterMs: number
  limited: boolean
  /** Writes a second that each endpoint takes while limited. */
  writesPerSecond: number
  /** How many requests were answered with 429 by the limit. */
  limitedCount: number
}

const asDelivered: Settings = {
  id: 'settings',
  refundFailsAfterMs: 2_000,
  debitSettlesAfterMs: 5_000,
  limited: false,
  writesPerSecond: 25,
  limitedCount: 0,
}

export const settingsOf = (memory: Memory): Settings => ({ ...asDelivered, ...memory.settings.get('settings') })

export function changeSettings(memory: Memory, change: Partial<Omit<Settings, 'id'>>): void {
  memory.settings.set('settings', { ...settingsOf(memory), ...change })
}
