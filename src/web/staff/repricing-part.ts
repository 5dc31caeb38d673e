import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Locale } from '#platform/i18n.ts'

type Part = { planName: LocalizedText; optionName: LocalizedText | null; choiceName: LocalizedText | null }

/** What a price is of: `Starter`, `Starter: Backups` or `Starter: Control panel, Plesk`. */
export function partOf({ planName, optionName, choiceName }: Part, locale: Locale): string {
  const option = [optionName, choiceName].flatMap((name) => (name === null ? [] : [name[locale]])).join(', ')
  return option === '' ? planName[locale] : `${planName[locale]}: ${option}`
}
