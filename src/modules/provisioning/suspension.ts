import type { Schema, SuspensionReason } from '#platform/schema.ts'

export type Suspension = Schema['serviceSuspensions']

export const SUSPENSION_REASONS = ['non_payment', 'abuse', 'dispute', 'by_staff'] as const satisfies SuspensionReason[]

/** Abuse harms others by the minute, so its machine is switched off; any other gets the time to shut down. */
export const pullsThePlug = (reason: SuspensionReason): boolean => reason === 'abuse'
