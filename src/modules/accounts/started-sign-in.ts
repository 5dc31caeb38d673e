import type { Schema, SignInState } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { OpenedSession } from './session.ts'

/** A sign-in whose password was right and that still owes the second factor. */
export type StartedSignIn = Schema['signIns']

export const signInMachine = stateMachine({
  noun: 'sign_in',
  table: 'signIns',
  states: {
    second_factor: { complete: 'complete', refuse: 'refused' },
    complete: {},
    refused: {},
  } satisfies Transitions<SignInState>,
})

/** How long somebody may look for their phone, and how often they may mistype. */
export const SIGN_IN_MINUTES = 10
export const SIGN_IN_FAILURES = 5

/** What a right password leads to: a session, or the question for the second factor under a token. */
export type SignInStep =
  | { step: 'done'; session: OpenedSession }
  | { step: 'second_factor'; token: string; expiresAt: Temporal.Instant }
