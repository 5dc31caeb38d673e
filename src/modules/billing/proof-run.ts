import type { ProofFindingState, ProofRunState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { Facts } from './findings.ts'

/** One proof of money: whether ledger, gateway, invoices and entitlements agree. */
export type ProofRun = Schema['proofRuns']
/** A difference that a proof found, for as long as it lasts. */
export type ProofFinding = Omit<Schema['proofFindings'], 'facts'> & { facts: Facts }

export const proofRunMachine = stateMachine({
  noun: 'proof_run',
  table: 'proofRuns',
  states: {
    // `incomplete`: nothing differs, but something was on its way, so that ledger and gateway could not be compared.
    running: { pass: 'green', find: 'red', leaveOpen: 'incomplete', giveUp: 'failed' },
    green: {},
    red: {},
    incomplete: {},
    failed: {},
  } satisfies Transitions<ProofRunState>,
})

export const proofFindingMachine = stateMachine({
  noun: 'proof_finding',
  table: 'proofFindings',
  states: {
    open: { repair: 'repairing', resolve: 'resolved' },
    repairing: { resolve: 'resolved', reopen: 'open' },
    resolved: {},
  } satisfies Transitions<ProofFindingState>,
})

/** A proof older than this is no proof any more. */
export const PROVEN_FOR_HOURS = 26
