/** Why an agreement ends, as those who end it choose from a list. */
export const CANCEL_REASONS = [
  'not_needed',
  'too_expensive',
  'missing_feature',
  'technical',
  'moving',
  'other',
] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]
