import { de } from './de/states.ts'
import { en } from './en/states.ts'
import type { Catalogue } from './messages.ts'

export type StateWord = keyof typeof en

/** The words of states. */
export const stateMessages: Catalogue<typeof en> = { en, de }
