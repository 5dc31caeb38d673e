import type { Locale } from '#platform/i18n.ts'
import { adoptionProofWords } from './adoption/adoption-proof-words.ts'
import type { DifferenceKind } from './proof-kinds.ts'
import { proofWordsDe } from './proof-words-de.ts'
import { proofWordsEn } from './proof-words-en.ts'

/** The story of a kind of difference: what it is called, what happened, what its two amounts are, and what a person does. */
export type DifferenceWords = { title: string; text: string; left?: string; right?: string; person?: string }

/** What people read about each difference that a proof of money can find, on the page and in mail. */
export const proofWords: Record<Locale, Record<DifferenceKind, DifferenceWords>> = {
  en: { ...proofWordsEn, ...adoptionProofWords.en },
  de: { ...proofWordsDe, ...adoptionProofWords.de },
}
