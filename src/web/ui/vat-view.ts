import type { VatStanding } from '#modules/billing/vat-queries.ts'

/** The proof of a VAT number as pages show it. */
export type VatView = ReturnType<typeof vatView>

export const vatView = ({ state, number, proof, reverseCharge }: VatStanding) => ({
  state,
  number: number ?? '',
  name: proof?.name ?? undefined,
  identifier: proof?.requestIdentifier ?? undefined,
  checkedAt: proof?.checkedAt.toString(),
  reverseCharge,
})

/** Whether the answer may still come while somebody looks. */
export const isAwaited = ({ state }: Pick<VatView, 'state'>): boolean => state === 'checking' || state === 'unreachable'
