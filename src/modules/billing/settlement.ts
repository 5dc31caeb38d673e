/** How an attempt stands after asking the gateway. `mismatch` says why money of the gateway's cannot be taken as ours. */
export type Settlement = { outcome: 'open' | 'paid' | 'failed' } | { outcome: 'mismatch'; note: string }
