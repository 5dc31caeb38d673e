import type { Locale } from '#platform/i18n.ts'

/**
 * The words of one area in every language. English is the original: `Record<Locale, typeof en>` makes the compiler
 * refuse a language that lacks a message or takes other arguments.
 */
export type Catalogue<M> = Record<Locale, M>
