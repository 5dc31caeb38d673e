/** What is done about a difference at the press of a button; each may run twice. */
export type Repair = 'fetch' | 'work' | 'number' | 'book' | 'grant' | 'revoke'

type Kind = { group: keyof typeof GROUPS; repair?: Repair }

/** What the proof of money compares, in the order in which it is shown. */
const GROUPS = { gateway: 0, ledger: 1, invoices: 2, numbers: 3, refunds: 4, credit: 5, agreements: 6 } as const
export type ProofGroup = keyof typeof GROUPS
export const PROOF_GROUPS = Object.keys(GROUPS) as ProofGroup[]

/** Every way in which ledger, gateway, invoices and entitlements can differ, and what may be done about it without thinking. */
const DIFFERENCES = {
  clearing_payment: { group: 'gateway', repair: 'fetch' },
  clearing_unknown: { group: 'gateway', repair: 'fetch' },
  clearing_currency: { group: 'gateway' },
  message_held: { group: 'gateway', repair: 'work' },
  message_lost: { group: 'gateway', repair: 'work' },
  payment_twice: { group: 'gateway' },
  payment_unbooked: { group: 'gateway' },
  payment_overgiven: { group: 'gateway' },
  books_unbalanced: { group: 'ledger' },
  ledger_unbalanced: { group: 'ledger' },
  ledger_empty: { group: 'ledger' },
  receivable_differs: { group: 'ledger' },
  disputes_differ: { group: 'ledger' },
  invoice_unbooked: { group: 'invoices', repair: 'book' },
  invoice_paid: { group: 'invoices' },
  invoice_lines: { group: 'invoices' },
  invoice_taxes: { group: 'invoices' },
  invoice_missing: { group: 'invoices' },
  transfer_waits: { group: 'invoices' },
  hold_overrun: { group: 'invoices' },
  money_under_way: { group: 'invoices' },
  manual_unfit: { group: 'invoices' },
  invoice_unnumbered: { group: 'numbers', repair: 'number' },
  credit_note_unnumbered: { group: 'numbers', repair: 'number' },
  number_gap: { group: 'numbers' },
  number_backwards: { group: 'numbers' },
  number_changed: { group: 'numbers' },
  number_counter: { group: 'numbers' },
  setting_unlawful: { group: 'numbers' },
  refund_count: { group: 'refunds' },
  refund_parts: { group: 'refunds' },
  invoice_credited: { group: 'refunds' },
  credit_left: { group: 'credit' },
  credit_owed: { group: 'credit' },
  topup_credit: { group: 'credit' },
  credit_idle: { group: 'credit' },
  coupon_uses: { group: 'credit' },
  coupon_held: { group: 'credit' },
  coupon_cycles: { group: 'credit' },
  entitlement_missing: { group: 'agreements', repair: 'grant' },
  entitlement_left: { group: 'agreements', repair: 'revoke' },
  period_count: { group: 'agreements' },
  period_tiling: { group: 'agreements' },
  period_until: { group: 'agreements' },
  termination_paid: { group: 'agreements' },
  price_early: { group: 'agreements' },
  change_money: { group: 'agreements' },
  change_day: { group: 'agreements' },
  adoption_money: { group: 'gateway' },
  adoption_twice: { group: 'agreements' },
  adoption_renews: { group: 'agreements' },
  adoption_late: { group: 'agreements' },
} as const satisfies Record<string, Kind>

export type DifferenceKind = keyof typeof DIFFERENCES

export const isDifference = (kind: string): kind is DifferenceKind => Object.hasOwn(DIFFERENCES, kind)

/** What may be done about it; undefined when it needs a person. */
export const repairOf = (kind: string): Repair | undefined =>
  isDifference(kind) ? (DIFFERENCES[kind] as Kind).repair : undefined

/** The kinds of a group. */
export const kindsOf = (group: ProofGroup): DifferenceKind[] =>
  (Object.keys(DIFFERENCES) as DifferenceKind[]).filter((kind) => DIFFERENCES[kind].group === group)
