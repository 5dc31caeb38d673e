/**
 * How an attempt stands after asking the gateway; `open` is also one whose money is on its way. `mismatch` says why money of the
 * gateway's cannot be taken as ours, and whether staff have it among what cannot be matched.
 */
export type Settlement = { outcome: 'open' | 'paid' | 'failed' } | { outcome: 'mismatch'; note: string; held: boolean }
