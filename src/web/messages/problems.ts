import type { Locale } from '#platform/i18n.ts'
import { de } from './de/problems.ts'
import { en } from './en/problems.ts'

const words: Record<Locale, Partial<Record<string, string>>> = { en, de }

/** A refusal in the visitor's language; what the command said when we have no better words. */
export const problemText = (problem: { code: string; message: string }, locale: Locale): string =>
  words[locale][problem.code] ?? problem.message
