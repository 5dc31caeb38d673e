import { createContext, use } from 'react'
import type { Locale } from '#platform/i18n.ts'
import type { Catalogue } from '../messages/messages.ts'

/** What every part of a page may know without being told. */
export type Site = {
  brand: string
  locale: Locale
  timeZone: string
  /** ISO text: when the page was made, by our clock. */
  now: string
}

export const SiteContext = createContext<Site>({
  brand: 'EZ Solutions',
  locale: 'en',
  timeZone: 'UTC',
  now: '1970-01-01T00:00:00Z',
})

export const useSite = (): Site => use(SiteContext)

/** The visitor's language. */
export const useLocale = (): Locale => useSite().locale

/** The words of an area in the visitor's language. */
export const useMessages = <M,>(catalogue: Catalogue<M>): M => catalogue[useLocale()]
